"""One run of identity: mentions in, links and history out, whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from assets.home import Home
from assets.identity import households, ids, model, names, persons, rules
from assets.identity.mentions import key
from assets.ledger import Ledger, now
from assets.load import Load
from validations.sadaya import pair_number

FILES = ("person_links", "identity_links", "household_links", "family_links", "identity_history", "lineage")
MEMORY_GB, MEMORY_GB_PER_MILLION, MOST_MEMORY_GB = 3.0, 0.27, 6.0
"""DuckDB's memory: so much, more where there are more mentions, never more than that (it spills beyond)."""
_HISTORY = "entity varchar, id varchar, event varchar, other_id varchar, load_id varchar, happened_at varchar"


@dataclass(frozen=True)
class Previous:
    """Identity folders of earlier loads: the one that readers see, and the newest with identity (perhaps the same)."""

    published: Path | None = None
    latest: Path | None = None


@dataclass(frozen=True)
class IdentitySummary:
    """Counts of one run. `rules`: person links by rule. `events`: what happened to ids tonight, by entity and event.
    `questions`: pairs that clerks are asked about. `model`: the version that pairs were weighed under.
    """

    records: int
    persons: int
    households: int
    families: int
    questions: int
    model: str
    rules: dict[str, int] = field(default_factory=dict)
    events: dict[str, int] = field(default_factory=dict)


def previous_of(home: Home, load_id: str) -> Previous:
    """The earlier identity that a load goes on from."""
    with Ledger(home.ledger) as ledger:
        published = ledger.published_load()
        others = [row["load_id"] for row in ledger.loads() if row["load_id"] != load_id]
    finished = [home.load(other).identity for other in others]
    finished = [folder for folder in finished if folder.is_dir()]
    seen = home.load(published["load_id"]).identity if published else None
    return Previous(seen if seen and seen.is_dir() else None, finished[-1] if finished else None)


def resolve(load: Load, previous: Previous) -> IdentitySummary:
    """Link every mention to a person and every household record to a household and a family, and keep their ids.

    Writes `load.folder.identity` in one rename. Deterministic: neither order of rows nor number of threads matters.
    """
    at = now()
    with (
        tempfile.TemporaryDirectory(prefix="identity.", dir=load.folder.root) as work,
        _database(work, load) as connection,
    ):
        names.install(connection)
        _open_previous(connection, previous)
        frozen = model.read()
        persons.link(connection, str(load.folder.mentions), frozen)
        _prepare_persons(connection)
        ids.assign(connection, "person", load.load_id, at)
        households.place(connection, str(load.folder.mentions))
        households.prepare_ids(connection)
        for entity in ("household", "family"):
            ids.assign(connection, entity, load.load_id, at)
        _write(connection, load)
        return _summary(connection, load.load_id, at, frozen.version)


def _database(folder: str, load: Load) -> duckdb.DuckDBPyConnection:
    """A database in a file: its tables are compressed, and leave memory without being written again."""
    connection = duckdb.connect(f"{folder}/identity.duckdb", config={"memory_limit": _memory(load)})
    connection.execute("pragma disable_checkpoint_on_shutdown")  # the file is thrown away
    connection.execute("set preserve_insertion_order = false")
    return connection


def _memory(load: Load) -> str:
    """DuckDB's memory limit for as many mentions as there are; a table that is joined must fit, however much spills."""
    parts = (load.folder.mentions / "person_mention").glob("source=*/*.parquet")
    millions = sum(pq.read_metadata(part).num_rows for part in parts) / 1e6
    return f"{min(MOST_MEMORY_GB, max(MEMORY_GB, millions * MEMORY_GB_PER_MILLION)):.1f}GB"


def _open_previous(connection: duckdb.DuckDBPyConnection, previous: Previous) -> None:
    """Tables of earlier ids: a record's id is the one readers know, else the one it had in the newest run."""
    folders = [folder for folder in dict.fromkeys((previous.published, previous.latest)) if folder is not None]
    empty = {
        "person": "select '' as source, '' as record_key, '' as role, '' as id, 0 as nth where false",
        "household": "select '' as source, '' as record_key, '' as id, 0 as nth where false",
    }
    sources = {"person": ("person_links", "person_id", ", role"), "household": ("household_links", "household_id", ""),
               "family": ("household_links", "family_id", "")}  # fmt: skip
    for entity, (file, column, role) in sources.items():
        parts = [empty.get(entity, empty["household"])]
        parts += [
            f"select source, record_key{role}, {column} as id, {nth} as nth from '{folder}/{file}.parquet'"
            for nth, folder in enumerate(folders)
        ]
        connection.execute(
            f"create table {entity}_previous as select * exclude (nth) from ({' union all '.join(parts)})"
            f" qualify row_number() over (partition by source, record_key{role} order by nth) = 1"
        )
    connection.execute(f"create table history ({_HISTORY})")
    connection.execute("create table lineage (entity varchar, id varchar, natural_key varchar, is_current boolean)")
    for folder in folders:
        connection.execute(f"insert into history select * from '{folder}/identity_history.parquet'")
        connection.execute(
            f"insert into lineage select * from '{folder}/lineage.parquet' l"
            " where not exists (select 1 from lineage o where o.entity = l.entity and o.natural_key = l.natural_key)"
        )
    if len(folders) > 1:
        connection.execute("create or replace table history as select distinct * from history")


def _prepare_persons(connection: duckdb.DuckDBPyConnection) -> None:
    """Founders and claims of persons: the number of earlier members, then the register record's id.

    A record that was away, and is back, claims the id it had, after all others.
    """
    connection.execute("""
        create table person_founder as
        select component, min(concat_ws(chr(31), (not is_register)::int, valid_from, source, delivery_id, file_name,
            row_number, role)) as seed
        from person_component join mention using (n) group by component
    """)
    connection.execute(f"""
        create table person_claim as with
        now as (
            select n, component, source, record_key, role, is_register
            from person_component join mention using (n)),
        claim as (
            select component, id, 1 as rank_1, count(*) as rank_2, bool_or(is_register)::int as rank_3
            from now join person_previous using (source, record_key, role) group by component, id
            union all
            select component, id, 0, count(*), bool_or(is_register)::int
            from now join lineage l on l.entity = 'person' and l.natural_key = {key()}
            anti join person_previous p using (source, record_key, role) group by component, id)
        select component, id, max(rank_1) as rank_1, max(rank_2) as rank_2, max(rank_3) as rank_3 from claim
        group by component, id
    """)


_OUTPUTS = {
    "person_links": """
        select source, record_key, role, id as person_id, link_rule,
            case when link_rule = 'register' then 1.0 else probability end as match_probability
        from mention join person_component using (n) join person_id using (component)
        order by source, record_key, role""",
    "identity_links": f"""
        with known as (select n, source, record_key, role, id as person_id, {key()} as key
            from mention join person_component using (n) join person_id using (component)),
        ordered as (
            select p.*, x.key > y.key as swapped, x, y
            from identity_pair p join known x on x.n = p.a join known y on y.n = p.b),
        pair as (select * replace (if(swapped, y, x) as x, if(swapped, x, y) as y) from ordered)
        select {pair_number("x.key", "y.key")} as pair_id,
            x.source as source_a, x.record_key as record_key_a, x.role as role_a, x.person_id as person_id_a,
            y.source as source_b, y.record_key as record_key_b, y.role as role_b, y.person_id as person_id_b,
            detector, weight, probability as match_probability, state,
            coalesce(evidence, {rules.rests_on()}) as evidence
        from pair order by source_a, record_key_a, role_a, source_b, record_key_b, role_b""",
    "household_links": """
        select source, record_key, h.id as household_id, f.id as family_id, link_rule,
            cast(null as double) as match_probability
        from placed join household_id h on h.component = placed.household
        join family_id f on f.component = placed.family order by source, record_key""",
    "family_links": """
        select f.id as family_id, no_kk, h.id as household_id from family_place
        join family_id f on f.component = family_place.family
        join household_id h on h.component = family_place.household order by family_id""",
    "identity_history": "select * from history order by happened_at, load_id, entity, id, event",
    "lineage": f"""
        with tonight as (
            select 'household' as entity, id, component as natural_key, true as is_current from household_id
            union all select 'family', id, component, true from family_id),
        present as (select entity, natural_key from tonight union all select 'person', {key()} from mention),
        gone as (
            select 'person' as entity, id, {key()} as natural_key, false as is_current
            from person_previous anti join mention using (source, record_key, role)),
        longer_gone as (
            select entity, id, natural_key, false from lineage
            anti join present using (entity, natural_key) anti join gone using (entity, natural_key))
        from tonight union all from gone union all from longer_gone order by all""",
}
"""What is written. `lineage` is identity's own memory: the id of every ID_DTKS and card, and of every record that is
away, so that what comes back finds its id."""


def _write(connection: duckdb.DuckDBPyConnection, load: Load) -> None:
    target = load.folder.identity
    scratch = target.with_name("identity.making")
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    for name in FILES:
        connection.execute(f"copy ({_OUTPUTS[name]}) to '{scratch}/{name}.parquet' (format parquet)")
    shutil.rmtree(target, ignore_errors=True)
    scratch.rename(target)


def _summary(connection: duckdb.DuckDBPyConnection, load_id: str, at: str, version: str) -> IdentitySummary:
    def count(table: str) -> int:
        return connection.execute(f"select count(*) from {table}").fetchall()[0][0]

    rules = connection.execute("select link_rule, count(*) from person_component group by 1 order by 1").fetchall()
    events = connection.execute(
        "select entity || ' ' || event, count(*) from history where load_id = ? and happened_at = ?"
        " group by 1 order by 1",
        [load_id, at],
    ).fetchall()
    sizes = [count(table) for table in ("mention", "person_id", "household_id", "family_id")]
    open_pairs = count("identity_pair where state = 'open'")
    return IdentitySummary(*sizes, open_pairs, version, dict(rules), dict(events))
