"""Compares identity with the truth: pairwise, B-cubed, whole clusters; for all records and the residue; by group.

python -m benchmarks.evaluate --scale 0.01 --seeds 5

Simulates and loads each seed's province as `make nightly` does; then compares identity's links with the truth, next to
joins on NIK, on NIK and name, and Splink with default settings on the same records.

The residue: records without a NIK, or with another than their person's own (in the civil register), and records whose
NIK other persons' records state too; separately, those of it that can be distinguished at all (`bound`).
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import tempfile
from dataclasses import asdict
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table
from scipy import stats

from assets.home import LoadFolder
from assets.identity import names, outputs
from assets.identity.mentions import attach, relation
from benchmarks import agreement, bound, splink_default
from benchmarks.agreement import Agreement
from benchmarks.load import nightly, simulate
from simulation.province import read_rates

METHODS = {
    "Sadaya": "found_id",
    "NIK join": "nik",
    "NIK + name": "nik || '|' || plain(name)",
    "Splink, default settings": "splink_cluster",
}
"""Way of grouping persons -> the cluster of a record; null is alone. `nik`: as stated, if it is well-formed."""
GROUPS = ("source", "regency", "sex", "age", "widow", "name_as", "nik_as", "birth_as")

_RECORDS = """
create or replace table record as with
known as (
    select m.* replace (case when nik_state = 'valid' then nik end as nik), t.true_person_id as true_id,
        l.person_id as found_id
    from {mentions} m join '{truth}/persons.parquet' t using (source, record_key, role)
    join {person_links} l using (source, record_key, role)),
person as (
    select true_id, min(nik) as own_nik, any_value(sex order by record_key) as sex,
        min(birth_date) as born, any_value(regency_code order by record_key) as regency,
        any_value(record_key order by record_key) as register_key, min(birth_year) as born_in,
        any_value(name order by record_key) as own_name
    from known where is_register group by true_id),
widow as (
    select record_key as register_key from staging.stg.stg_dukcapil__penduduk where marital_status = 'CERAI MATI'),
family as (
    select record_key as register_key, true_family_id from '{truth}/households.parquet'
    where source = 'dukcapil_penduduk'),
shared as (select nik from known where nik is not null group by nik having count(distinct true_id) > 1)
select row_number() over (order by k.source, k.record_key, k.role) as n, k.source, k.record_key, k.role, k.true_id,
    k.found_id, k.nik, k.name, p.sex, p.born, true_family_id as family, b.words as own_words,
    coalesce(p.regency, 'none') as regency,
    case when born_in is null then null when {year} - born_in < 5 then '0-4' when {year} - born_in < 18 then '05-17'
        when {year} - born_in < 40 then '18-39' when {year} - born_in < 60 then '40-59' else '60+' end as age,
    case when p.sex = 'P' then case when w.register_key is not null then 'widow' else 'other woman' end end as widow,
    k.nik is null or k.nik is distinct from p.own_nik or k.nik in (select nik from shared) as in_residue,
    case when k.is_register then null when k.nik is null then coalesce(k.nik_state, 'missing')
        when p.own_nik is null then 'not in the register' when k.nik = p.own_nik then 'own'
        when damerau_levenshtein(k.nik, p.own_nik) <= 2 then 'mistyped' else 'of another' end as nik_as,
    case when k.is_register or p.born is null then null when k.birth_year is null then 'missing'
        when k.birth_date = p.born then 'own' when k.birth_date is null then 'year only'
        when k.birth_heap then 'heap' when k.birth_year = p.born_in and day(k.birth_date) = month(p.born)
            and month(k.birth_date) = day(p.born) then 'swapped' else 'off' end as birth_as,
    case when k.is_register or p.own_name is null then null when plain(k.name) = plain(p.own_name) then 'own'
        when a.words = b.words then 'title or spelling' when words_agree(a.words, b.words) then 'shorter or a slip'
        else 'other' end as name_as
from known k left join person p using (true_id) left join widow w using (register_key)
left join family using (register_key)
left join folded_name a on a.name = k.name left join folded_name b on b.name = p.own_name
"""

_HOUSEHOLDS = """
create or replace table household as
select row_number() over (order by source, record_key) as n, t.true_household_id, t.true_family_id,
    l.household_id, l.family_id
from '{truth}/households.parquet' t join {household_links} l using (source, record_key)
"""

_WRONG = """
select count(*) filter (a.born = b.born and a.family = b.family),
    count(*) filter (words_equal(a.words, b.words)), count(*)
from person_pair join one a on a.true_id = person_pair.a join one b on b.true_id = person_pair.b
"""


def evaluate(province: Path, load: Path, year: int) -> dict[str, dict[str, Agreement] | dict[str, int]]:
    """Compare one load's identity with the truth.

    province: with truth/. load: the load's folder. year: of the load, for ages. Returns measures by section and line;
    the section "wrongly merged" counts pairs of persons: twins, namesakes, all.
    """
    with duckdb.connect() as connection:
        attach(connection, LoadFolder(load).staging)
        names.install(connection)
        mentions = relation()
        names.fold(connection, mentions)
        links = {name: outputs.relation(load / "identity", name) for name in ("person_links", "household_links")}
        places = {"mentions": mentions, "truth": province / "truth", "year": year} | links
        connection.execute(_RECORDS.format(**places))
        connection.execute(_HOUSEHOLDS.format(**places))
        splink_default.cluster(connection, mentions)
        bound.find(connection, mentions)
        connection.execute(
            "create or replace table record as select record.*, cluster as splink_cluster,"
            " n in (select n from indistinct) as is_indistinct from record left join splink_default using (n)"
        )
        return _sections(connection)


def _sections(connection: duckdb.DuckDBPyConnection) -> dict[str, dict]:
    everything, residue, distinct, groups = {}, {}, {}, {}
    for method, found in METHODS.items():
        agreement.weigh(connection, "record", found)
        everything[method] = agreement.of_all(connection)
        residue[method] = agreement.of_part(connection, "in_residue")
        distinct[method] = agreement.of_part(connection, "in_residue and not is_indistinct")
        if method == "Sadaya":
            groups = {f"by {column}": agreement.by(connection, column) for column in GROUPS}
            groups["by source pair"] = agreement.by_source_pair(connection)
    places = {}
    for entity in ("household", "family"):
        agreement.weigh(connection, "household", f"{entity}_id", f"true_{entity}_id")
        places[entity] = agreement.of_all(connection)
    wrong = {"wrongly merged": _wrongly_merged(connection)}
    told = "residue that can be told apart"
    return {
        "all records": everything,
        "residue": residue,
        told: distinct,
        "households and families": places,
        **wrong,
        **groups,
    }


def _wrongly_merged(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Pairs of true persons with one found person: twins (one family, one birth date), namesakes, all."""
    connection.execute("""
        create or replace temp table one as
        select true_id, any_value(born) as born, any_value(family) as family,
            any_value(own_words) as words from record group by true_id;
        create or replace temp table person_pair as with
        lies as (select distinct found_id, true_id from record)
        select distinct x.true_id as a, y.true_id as b from lies x join lies y using (found_id)
        where x.true_id < y.true_id
    """)
    row = connection.execute(_WRONG).fetchall()[0]
    return dict(zip(("twins", "namesakes", "all"), row, strict=True))


LISTS = ("lists", "good_lists")
NO_DEFECTS = ("village_dotted", "village_former", "dead_still_listed")
"""Rates in these sections that are spellings, or shares of something already rare."""


def defects(factor: float, path: Path, config: Path | None = None) -> Path:
    """Write the simulator's rates with the defects of all agencies' lists multiplied. config: overrides of
    rates.toml.
    """
    lines = []
    for section, rates in read_rates(config).items():
        lines.append(f"[{section}]")
        for name, rate in rates.items():
            worse = section in LISTS and name not in NO_DEFECTS
            lines.append(f"{name} = {min(0.5, rate * factor) if worse else rate}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def one_seed(scale: float, seed: int, factor: float = 1, config: Path | None = None) -> dict[str, dict]:
    """Simulate, load, and compare with the truth. factor: multiplies the lists' defects. config: overrides of
    rates.toml.

    Raises:
        subprocess.CalledProcessError: the simulation or the load failed.
    """
    with tempfile.TemporaryDirectory(prefix="sadaya-evaluate-") as scratch:
        province, home = Path(scratch) / "province", Path(scratch) / "home"
        simulate(province, scale, seed, rates=defects(factor, Path(scratch) / "rates.toml", config))
        landing = province / "landing"
        date = max(path.name for path in landing.glob("*/*"))
        _, outcome = nightly(landing, home, date)
        return evaluate(province, home / "loads" / outcome["load_id"], int(date[:4]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=0.01)
    parser.add_argument("--seeds", type=int, default=5, help="seeds 1 to this")
    parser.add_argument("--defects", type=float, default=1, help="2: the defects of agencies' lists are doubled")
    parser.add_argument("--rates", type=Path, help="a file like simulation/rates.toml with what differs from it")
    parser.add_argument("--json", type=Path, help="also write every figure of every seed there")
    arguments = parser.parse_args()
    seeds = range(1, arguments.seeds + 1)
    runs = [one_seed(arguments.scale, seed, arguments.defects, arguments.rates) for seed in seeds]
    console = Console(width=120)
    for section in runs[0]:
        _print(console, section, [run[section] for run in runs])
    if arguments.json:
        text = json.dumps(runs, default=asdict, indent=1, allow_nan=True)
        arguments.json.write_text(text + "\n", encoding="utf-8")


def _print(console: Console, section: str, runs: list[dict]) -> None:
    table = Table(title=f"{section}: mean over {len(runs)} seeds, ± half the 95 % interval", title_justify="left")
    table.add_column("")
    for name in dict.fromkeys(line for run in runs for line in run):
        found = [run[name] for run in runs if name in run]
        if isinstance(found[0], int):
            cells = {"pairs of persons": _mean(found, ".1f")}
        else:
            cells = {"records": f"{statistics.mean(one.records for one in found):,.0f}"}
            cells["true pairs"] = f"{statistics.mean(one.true_pairs for one in found):,.0f}"
            for measure in ("precision", "recall", "b3_precision", "b3_recall", "exact"):
                cells[measure] = _mean([getattr(one, measure) for one in found], ".5f")
        if not table.row_count:
            for column in cells:
                table.add_column(column, justify="right")
        table.add_row(name, *cells.values())
    console.print(table)


def _mean(values: list[float], form: str) -> str:
    """Mean and, for several values, half the 95 % interval (Student's t)."""
    if any(math.isnan(value) for value in values):
        return ""
    mean = f"{statistics.mean(values):{form}}"
    if len(values) == 1:
        return mean
    half = stats.t.ppf(0.975, len(values) - 1) * statistics.stdev(values) / math.sqrt(len(values))
    return f"{mean} ±{half:{form}}"


if __name__ == "__main__":
    main()
