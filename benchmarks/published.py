"""Compares a published warehouse with the truth behind a simulated province: households, time, meaning.

python -m benchmarks.published --scale 0.005 --seeds 1 --defects 2 --rates benchmarks/elsewhere.toml --nights 3
python -m benchmarks.published --province PROVINCE --home HOME

It uses nothing of the code that built the warehouse: only the published file, the simulator's truth, and the landing
(`benchmarks.landing`). Each figure is a count, with its total if useful, and a sentence that says what is counted.
"True" is what the simulator knows; the true person of a published person is that of most of its records. A household is
truly poor if DTKS lists it with a decile up to POOR and a member is alive. The content of a quarantined row cannot be
known; true households of such a row are counted separately.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb
import polars as pl
from rich.console import Console
from rich.table import Table

from benchmarks import agreement, landing
from benchmarks.evaluate import defects
from benchmarks.load import nightly, simulate
from validations import regions
from validations.sql import literal

POOR = 4
"""Highest decile of the poor."""


@dataclass(frozen=True)
class Figure:
    """One count. `of`: its total, or the expected value; null if there is none."""

    name: str
    value: float
    of: float | None
    meaning: str

    @property
    def share(self) -> float | None:
        return self.value / self.of if self.of else None


_TRUTH = """
create table resident as from '{truth}/residents.parquet';
create table person_truth as from '{truth}/persons.parquet';
create table household_truth as from '{truth}/households.parquet';
create table delivered as
select source, record_key, max(last_delivered) = max(max(last_delivered)) over (partition by source) as in_newest
from '{truth}/deliveries.parquet' group by source, record_key;
create table as_of as select max(as_of_date) as as_of_date from w.reference.load;
"""

_PERSONS = """
create table true_of as
select person_id, true_person_id from (
    select person_id, true_person_id, count(*) as records
    from w.marts.person_records join person_truth using (source, record_key, role) group by all)
qualify row_number() over (partition by person_id order by records desc, true_person_id) = 1;

create table counted as
select p.person_id, p.household_id, h.is_poor, t.true_person_id, r.true_household_id
from w.marts.dim_person p join w.marts.dim_household h using (household_id)
left join true_of t using (person_id) left join resident r using (true_person_id)
where p.life_status is null or p.life_status not in ('MENINGGAL', 'PINDAH');
"""

_LISTED = """
create table listed as
select d.ID_DTKS as dtks_id, any_value(DESIL)::int as decile, any_value(village_code) as village_code,
    any_value(t.true_household_id) as true_household_id, bool_or(r.household_id is not null) as accepted,
    any_value(r.household_id) as household_id
from dtks d join household_truth t on t.source = 'dinsos_dtks_rumah_tangga' and t.record_key = d.ID_DTKS
left join w.marts.household_records r on r.source = t.source and r.record_key = t.record_key
group by d.ID_DTKS;

create table home as
select true_household_id, count(*) filter (status = 'AKTIF') as living,
    any_value(village_code) filter (status = 'AKTIF') as village_code
from resident group by true_household_id;

create table true_poor as
select true_household_id, bool_or(accepted) as accepted, any_value(living) as living
from listed join home using (true_household_id) where decile <= {poor} group by true_household_id;

create table found_poor as
select h.household_id, h.persons, l.true_household_id
from w.marts.dim_household h left join listed l using (dtks_id) where h.is_poor;
"""


def compare(province: Path, home: Path) -> dict[str, list[Figure]]:
    """Compare the published warehouse of a home with the truth of its province. Returns figures by subject."""
    with duckdb.connect() as connection:
        connection.execute(f"attach {literal(home / 'published' / 'current.duckdb')} as w (read_only)")
        prepare(connection, province)
        return {name: subject(connection) for name, subject in SUBJECTS.items()}


def prepare(connection: duckdb.DuckDBPyConnection, province: Path) -> None:
    """Make the tables that the subjects read. The warehouse is attached as `w`."""
    lists = province / "landing"
    for name, source in (("dtks", "dinsos_dtks_rumah_tangga"), ("cover", "dinkes_jkn"), ("enterprise", "diskop_umkm"),
                         ("house", "dprkp_rtlh")):  # fmt: skip
        connection.register(name, landing.newest(lists, source).pipe(_with_village).to_arrow())
    connection.execute(_TRUTH.format(truth=province / "truth"))
    connection.execute(_PERSONS)
    connection.execute(_LISTED.format(poor=POOR))


def _with_village(rows: pl.DataFrame) -> pl.DataFrame:
    """Add `village_code`, with current codes."""
    if "KODE_DESA" not in rows.columns:
        return rows
    former = regions.village_changes()
    code = pl.col("KODE_DESA").str.replace_all(r"\D", "").replace(former["old_code"], former["new_code"])
    return rows.with_columns(village_code=code)


def strangers(connection: duckdb.DuckDBPyConnection) -> list[Figure]:
    """People who are counted in a poor household that is not theirs."""
    persons, homes, everybody = _row(
        connection,
        "select count(*) filter (c.true_household_id <> f.true_household_id),"
        " count(distinct household_id) filter (c.true_household_id <> f.true_household_id), count(*)"
        " from counted c join found_poor f using (household_id)",
    )
    return [
        Figure("strangers", persons, everybody, "Persons counted in a poor household who truly live in another's."),
        Figure("households with strangers", homes, None, "Poor households in which they are counted."),
    ]


def poor_households(connection: duckdb.DuckDBPyConnection) -> list[Figure]:
    """Number of poor households, and the true number."""
    delivered, known, empty = _row(
        connection,
        "select count(*) filter (living > 0), count(*) filter (living > 0 and accepted), count(*) filter (living = 0)"
        " from true_poor",
    )
    found, nobody = _row(connection, "select count(*), count(*) filter (persons = 0) from found_poor")
    (vanished,) = _row(
        connection,
        "select count(*) from true_poor where living > 0 and accepted"
        " and true_household_id not in (select true_household_id from found_poor where true_household_id is not null)",
    )
    return [
        Figure("poor households", found, known, "Published as poor, against those truly poor in accepted rows."),
        Figure("poor households, of all delivered", found, delivered, "The same against those of all rows delivered."),
        Figure("poor households with somebody", found - nobody, known, "Published as poor with a living member."),
        Figure("poor households with nobody", nobody, empty, "Without, against those of whom truly nobody lives."),
        Figure(
            "vanished", vanished, known, "Truly poor households under whose ID_DTKS no poor household is published."
        ),
    ]


def poor_persons(connection: duckdb.DuckDBPyConnection) -> list[Figure]:
    """Number of poor persons, and those counted more than once or not at all."""
    (true,) = _row(
        connection,
        "select count(*) from resident join true_poor using (true_household_id) where status = 'AKTIF' and accepted",
    )
    (found,) = _row(connection, "select coalesce(sum(persons), 0) from found_poor")
    (twice,) = _row(connection, _TWICE.format(where="is_poor"))
    (twice_anywhere,) = _row(connection, _TWICE.format(where="true"))
    (everybody,) = _row(connection, "select count(*) from counted")
    right, gone = _row(
        connection,
        "select count(distinct true_person_id) filter (r.status = 'AKTIF'), count(*) filter (r.status <> 'AKTIF')"
        " from counted c join resident r using (true_person_id)"
        " join true_poor p on p.true_household_id = r.true_household_id where c.is_poor and p.accepted",
    )
    return [
        Figure("poor persons", found, true, "Persons of poor households, against true living ones of them."),
        Figure("poor persons found", right, true, "True living poor persons who are counted in a poor household."),
        Figure("poor persons gone", gone, found, "Persons counted as poor who truly died or moved away."),
        Figure("twice in a poor household", twice, found, "Persons counted once more in their own poor household."),
        Figure("twice in a household", twice_anywhere, everybody, "The same in any household of the frame."),
    ]


_TWICE = """
select coalesce(sum(persons - 1), 0) from (
    select household_id, true_person_id, count(*) as persons from counted
    where {where} and true_person_id is not null group by all)
"""


def household_pairs(connection: duckdb.DuckDBPyConnection) -> list[Figure]:
    """Pairs of records in one household, and the true pairs."""
    connection.execute(
        "create or replace table household as"
        " select row_number() over (order by source, record_key) as n, household_id, true_household_id"
        " from household_truth join w.marts.household_records using (source, record_key)"
    )
    agreement.weigh(connection, "household", "household_id", "true_household_id")
    found = agreement.of_all(connection)
    return [
        Figure("pairs right", found.right, found.found_pairs, "Precision: of pairs of records put into one household."),
        Figure("pairs found", found.right, found.true_pairs, "Recall: of pairs of records that are of one household."),
    ]


_SAME = {
    "household": "select source, true_household_id as same, record_key from household_truth"
    " where source = 'dinsos_dtks_rumah_tangga'",
    "family": "select e.source, true_family_id as same, record_key from w.marts.fct_enrolment e"
    " join w.reference.ref_programme p on p.code = e.programme and p.unit = 'family'"
    " join household_truth using (source, record_key) where e.is_current and e.status = 'active'",
    "person": "select source, true_person_id as same, record_key from person_truth"
    " anti join (from w.marts.fct_enrolment where is_current and status <> 'active') using (source, record_key)"
    " where role = 'self' and source in ('dinkes_jkn', 'dindik_siswa', 'dinsos_dtks_anggota', 'disnaker_pencaker')",
}
"""Kind of duplicate -> records of lists that may appear only once, with their true subjects. Restricted to the frame,
because the marts contain only that, and to records that are active in their programme.
"""

_TRULY_TWICE = """
create or replace table truly_twice as with
record as (
    select * from ({same}) semi join (from delivered where in_newest) using (source, record_key)
    semi join (from w.marts.household_records semi join w.marts.dim_household using (household_id))
        using (source, record_key))
select a.source, a.record_key as a, b.record_key as b
from record a join record b on b.source = a.source and b.same = a.same and a.record_key < b.record_key
"""


def listed_twice(connection: duckdb.DuckDBPyConnection) -> list[Figure]:
    """Households, families and persons that are duplicates on a list, compared with `marts.duplicate_listings`."""
    figures = []
    for unit, same in _SAME.items():
        connection.execute(_TRULY_TWICE.format(same=same))
        if unit == "household":
            figures.append(_one_household(connection))
        if not _has(connection, "duplicate_listings", "kind"):
            (true,) = _row(connection, "select count(*) from truly_twice")
            figures.append(Figure(f"{unit} twice, true", true, None, "Pairs of rows; no mart lists any."))
            continue
        for source, found, right, true in connection.execute(_DUPLICATES, [unit]).fetchall():
            name = f"{unit} twice, {source}"
            figures += [
                Figure(f"{name}: right", right, found, "Precision: pairs of rows listed that are truly of one."),
                Figure(f"{name}: found", right, true, "Recall: pairs of rows truly of one that are listed."),
            ]
    return figures


_DUPLICATES = """
with listed as (
    select source_a as source, record_key_a as first_key, record_key_b as record_key
    from w.marts.duplicate_listings where kind = ? || '_twice' and source_a = source_b),
together as (select source, first_key, unnest([first_key, record_key]) as record_key from listed),
found as (
    select distinct source, a.record_key as a, b.record_key as b
    from together a join together b using (source, first_key) where a.record_key < b.record_key)
select source, count(f.found), count(*) filter (f.found and t.true), count(t.true)
from (select *, true as found from found) f full join (select *, true as true from truly_twice) t using (source, a, b)
group by source order by source
"""


def _one_household(connection: duckdb.DuckDBPyConnection) -> Figure:
    one, pairs = _row(
        connection,
        "select count(*) filter (a.household_id = b.household_id), count(*) from truly_twice t"
        " join listed a on a.dtks_id = t.a join listed b on b.dtks_id = t.b",
    )
    return Figure(
        "listed twice, one household", one, pairs, "Pairs of ID_DTKS of one household that are published as one."
    )


def moved_households(connection: duckdb.DuckDBPyConnection) -> list[Figure]:
    """Households that live in another village than that listed by DTKS."""
    right, moved = _row(
        connection,
        "select count(*) filter (h.village_code = home.village_code), count(*) from listed"
        " join home using (true_household_id) join w.marts.dim_household h using (dtks_id)"
        " where accepted and home.village_code <> listed.village_code",
    )
    return [Figure("moved, with the new village", right, moved, "Households that moved since DTKS listed them.")]


def those_who_left(connection: duckdb.DuckDBPyConnection) -> list[Figure]:
    """What is still known about participants whose record is missing from the newest delivery of their list."""
    connection.execute(
        "create or replace table gone as select programme, participant_no, source, record_key,"
        " count(*) as enrolments, count(*) filter (household_id is not null and person_id is not null) as placed"
        " from w.marts.fct_enrolment semi join (from delivered where not in_newest) using (source, record_key)"
        " group by all"
    )
    records, enrolments, placed = _row(
        connection, "select count(*), coalesce(sum(enrolments), 0), coalesce(sum(placed), 0) from gone"
    )
    paid, known = _row(
        connection,
        "select count(*), count(*) filter (household_id is not null and person_id is not null)"
        " from w.marts.fct_disbursement semi join gone using (programme, participant_no)",
    )
    return [
        Figure("participants who left", records, None, "Records of programmes that the newest list lacks."),
        Figure("enrolments kept", placed, enrolments, "Of their enrolments, those with household and person."),
        Figure("payments kept", known, paid, "Of their payments, those with household and person."),
    ]


_AWARDS = {
    "UMKM": "select id_umkm as record_key, try_cast(tahun_bantuan as double)::int"
    " between year(as_of_date) - 1 and year(as_of_date) as active"
    " from enterprise, as_of where bantuan is not null and tahun_bantuan is not null",
    "RTLH": "select ID_RTLH as record_key, STATUS_BANTUAN = 'PROSES' as active"
    " from house where STATUS_BANTUAN <> 'BELUM'",
}
"""Programme -> its awards, and whether ruling 43 makes them active on the load's date."""


def awards(connection: duckdb.DuckDBPyConnection) -> list[Figure]:
    """Awards that count as long as their programme's rule states (ruling 43)."""
    figures = []
    for programme, rule in _AWARDS.items():
        past, called, active, missed = _row(
            connection,
            f"with rule as (select record_key, bool_or(active) as active from ({rule}) group by record_key)"
            " select count(*) filter (not r.active), count(*) filter (not r.active and e.status = 'active'),"
            " count(*) filter (r.active), count(*) filter (r.active and e.status <> 'active')"
            " from rule r join w.marts.fct_enrolment e using (record_key)"
            f" where e.programme = '{programme}' and e.is_current",
        )
        figures += [
            Figure(f"{programme} past, called active", called, past, "Awards that no longer count, called active."),
            Figure(f"{programme} active, called past", missed, active, "Awards that count, not called active."),
        ]
    return figures


def uninsured(connection: duckdb.DuckDBPyConnection) -> list[Figure]:
    """Poor persons without an active card of BPJS Kesehatan, and those that `marts.unserved` lists."""
    connection.execute(
        "create or replace table bare as with card as ("
        " select true_person_id from cover join person_truth"
        " on source = 'dinkes_jkn' and record_key = lpad(NO_KARTU, 13, '0') where STATUS = 'AKTIF')"
        " select true_person_id from resident join true_poor using (true_household_id) anti join card"
        " using (true_person_id) where status = 'AKTIF' and accepted"
    )
    (true,) = _row(connection, "select count(*) from bare")
    if not _has(connection, "unserved", "person_id"):
        rows, persons = _row(
            connection, "select count(*), coalesce(sum(need), 0) from w.marts.unserved where programme = 'PBI_JKN'"
        )
        return [
            Figure("uninsured, rows", rows, true, "Rows of unserved for PBI_JKN, against true uninsured poor persons."),
            Figure("uninsured, persons in rows", persons, true, "The persons that those rows stand for."),
        ]
    listed, right = _row(
        connection,
        "select count(*), count(distinct b.true_person_id) from w.marts.unserved u"
        " left join true_of using (person_id) left join bare b using (true_person_id) where u.programme = 'PBI_JKN'",
    )
    return [
        Figure(
            "uninsured listed", listed, true, "Persons of unserved for PBI_JKN, against true uninsured poor persons."
        ),
        Figure("uninsured found", right, true, "Of the true ones, those listed."),
        Figure("uninsured right", right, listed, "Of those listed, the true ones."),
    ]


def the_dead_and_the_moved(connection: duckdb.DuckDBPyConnection) -> list[Figure]:
    """People who died or moved away by the register."""
    (open_rows,) = _row(
        connection,
        "select count(*) from w.marts.bridge_household_person join true_of using (person_id)"
        " join resident r using (true_person_id) semi join (select true_person_id from person_truth"
        " join delivered using (source, record_key) where source = 'dukcapil_penduduk') using (true_person_id)"
        " where valid_to is null and r.status <> 'AKTIF'",
    )
    (rows,) = _row(connection, "select count(*) from w.marts.bridge_household_person where valid_to is null")
    flag = "paid_after_death" if _has(connection, "fct_disbursement", "paid_after_death") else "false"
    late, flagged, wrong = _row(
        connection,
        f"with receiver as (select distinct programme, participant_no, r.status, r.status_date"
        " from w.marts.fct_enrolment join person_truth using (source, record_key)"
        " join resident r using (true_person_id)),"
        f" payment as (select coalesce({flag}, false) as flagged, r.status = 'MENINGGAL' and paid_on > r.status_date"
        " as late from w.marts.fct_disbursement join receiver r using (programme, participant_no))"
        " select count(*) filter (late), count(*) filter (late and flagged), count(*) filter (not late and flagged)"
        " from payment",
    )
    return [
        Figure(
            "open in the bridge", open_rows, rows, "Open rows of bridge_household_person of the dead and the moved."
        ),
        Figure("paid after death, flagged", flagged, late, "Payments after the receiver's death that say so."),
        Figure("flagged for the living", wrong, None, "Payments that say so of a receiver who lived."),
    ]


SUBJECTS: dict[str, Callable[[duckdb.DuckDBPyConnection], list[Figure]]] = {
    subject.__name__.replace("_", " "): subject
    for subject in (
        strangers,
        poor_households,
        poor_persons,
        household_pairs,
        listed_twice,
        moved_households,
        those_who_left,
        awards,
        uninsured,
        the_dead_and_the_moved,
    )
}


def _row(connection: duckdb.DuckDBPyConnection, query: str) -> tuple:
    return connection.execute(query).fetchall()[0]


def _has(connection: duckdb.DuckDBPyConnection, mart: str, column: str) -> bool:
    """Whether the warehouse has a mart with such a column: a publication of other code may not."""
    return bool(
        connection.execute(
            "select count(*) from duckdb_columns() where database_name = 'w' and schema_name = 'marts'"
            " and table_name = ? and column_name = ?",
            [mart, column],
        ).fetchall()[0][0]
    )


def one_seed(scale: float, seed: int, nights: int, factor: float, config: Path | None) -> dict[str, list[Figure]]:
    """Simulate, load each night, and compare the last publication with the truth. factor: multiplies the lists'
    defects. config: overrides of rates.toml.

    Raises:
        subprocess.CalledProcessError: the simulation or a load failed.
    """
    with tempfile.TemporaryDirectory(prefix="sadaya-published-") as scratch:
        province, home = Path(scratch) / "province", Path(scratch) / "home"
        simulate(province, scale, seed, nights, rates=defects(factor, Path(scratch) / "rates.toml", config))
        for day in sorted({path.name for path in (province / "landing").glob("*/*")}):
            nightly(province / "landing", home, day)
        return compare(province, home)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=0.005)
    parser.add_argument("--seeds", type=int, default=1, help="seeds 1 to this")
    parser.add_argument("--nights", type=int, default=1)
    parser.add_argument("--defects", type=float, default=1, help="2: the defects of agencies' lists are doubled")
    parser.add_argument("--rates", type=Path, help="a file like simulation/rates.toml with what differs from it")
    parser.add_argument("--province", type=Path, help="one that is there, with landing/ and truth/, instead")
    parser.add_argument("--home", type=Path, help="into which it was loaded")
    parser.add_argument("--json", type=Path, help="also write every figure there")
    given = parser.parse_args()
    if (given.province is None) != (given.home is None):
        parser.error("--province and --home go together")
    if given.province:
        runs = [compare(given.province, given.home)]
    else:
        seeds = range(1, given.seeds + 1)
        runs = [one_seed(given.scale, seed, given.nights, given.defects, given.rates) for seed in seeds]
    for number, run in enumerate(runs, 1):
        _print(Console(width=150), run, "" if given.province else f"seed {number}")
    if given.json:
        given.json.write_text(json.dumps(runs, default=asdict, indent=1) + "\n", encoding="utf-8")


def _print(console: Console, run: dict[str, list[Figure]], title: str) -> None:
    table = Table(title=title or None, title_justify="left")
    for column in ("subject", "figure", "count", "of", "share", "what is counted"):
        table.add_column(column, justify="right" if column in ("count", "of", "share") else "left")
    for subject, figures in run.items():
        for nth, figure in enumerate(figures):
            share = "" if figure.share is None else f"{figure.share:.4f}"
            of = "" if figure.of is None else f"{figure.of:,.0f}"
            table.add_row(
                "" if nth else subject, figure.name, f"{figure.value:,.0f}", of, share, figure.meaning,
                end_section=nth == len(figures) - 1,
            )  # fmt: skip
    console.print(table)


if __name__ == "__main__":
    main()
