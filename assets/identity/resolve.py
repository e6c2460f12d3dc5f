"""One run of identity: mentions in, links and history out, whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from assets.home import Home
from assets.identity import again, households, ids, kept, model, names, outputs, past, persons
from assets.identity.mentions import PLACE, key
from assets.identity.model import Model
from assets.identity.tables import count
from assets.ledger import Ledger, now
from assets.load import Load

_HISTORY = (
    "entity varchar, id varchar, event varchar, other_id varchar, load_id varchar, happened_at varchar,"
    " generation integer"
)


@dataclass(frozen=True)
class Previous:
    """Identity folders of earlier loads: the one that readers see, and the newest that they ever saw (mostly the same;
    another after a rollback). What a load assigned that nobody saw does not count (decision 0022).
    """

    published: Path | None = None
    latest: Path | None = None


@dataclass(frozen=True)
class IdentitySummary:
    """Counts of one run. `rules`: person links by rule. `events`: what happened to ids tonight, by entity and event.
    `questions`: pairs that clerks are asked about. `model`: the version that pairs were weighed under. `looked_at`:
    records that were decided on anew; those that nothing of tonight touches stay as they were kept.
    """

    records: int
    persons: int
    households: int
    families: int
    questions: int
    model: str
    looked_at: int
    rules: dict[str, int] = field(default_factory=dict)
    events: dict[str, int] = field(default_factory=dict)


def previous_of(home: Home, load_id: str) -> Previous:
    """The earlier identity that a load goes on from: of loads that are, or once were, published."""
    with Ledger(home.ledger) as ledger:
        published = ledger.published_load()
        seen = [home.load(other).identity for other in ledger.ever_published() if other != load_id]
    seen = [folder for folder in seen if folder.is_dir()]
    current = home.load(published["load_id"]).identity if published else None
    return Previous(current if current in seen else None, seen[-1] if seen else None)


def resolve(load: Load, previous: Previous) -> IdentitySummary:
    """Link every mention to a person and every household record to a household and a family, and keep their ids.

    Writes `load.folder.identity` in one rename. Deterministic: neither order of rows nor number of threads matters, nor
    whether the night goes on from what was kept of the last one or begins anew.
    """
    frozen = model.read()
    with kept.opened(load, _goes_on_from(load, previous), frozen) as (connection, goes_on), _made(load) as folder:
        looked_at = again.go_on(connection, load.folder.mentions, frozen, load.load_id, now()) if goes_on else None
        if looked_at is not None:
            outputs.write_changes(connection, folder, previous.latest)
        else:
            kept.begin(connection, load.home.identity)
            _begin_anew(connection, str(load.folder.mentions), previous, frozen, load.load_id)
            outputs.write_whole(connection, folder)
        past.link(connection, load.folder.mentions, frozen, folder)
        kept.finish(connection, load.load_id, frozen)
        return _summary(connection, load.load_id, frozen.version, looked_at)


def _goes_on_from(load: Load, previous: Previous) -> str | None:
    """The load whose ids are the only earlier ones; None if there is none, or if readers were led back to one before
    the newest: then the ids of both count.
    """
    if previous.latest is None or previous.published != previous.latest:
        return None
    return previous.latest.parent.name


@contextmanager
def _made(load: Load) -> Iterator[Path]:
    """A folder that becomes the load's identity if all goes well."""
    target = load.folder.identity
    scratch = target.with_name("identity.making")
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    yield scratch
    shutil.rmtree(target, ignore_errors=True)
    scratch.rename(target)


def _begin_anew(
    connection: duckdb.DuckDBPyConnection, mentions: str, previous: Previous, frozen: Model, load_id: str
) -> None:
    """Decide on every mention."""
    names.install(connection)
    _open_previous(connection, previous)
    run = ids.new_run(connection, load_id, now())
    persons.link(connection, mentions, frozen)
    persons.prepare_ids(connection)
    ids.assign(connection, "person", run)
    households.place(connection, mentions)
    for entity in households.ENTITIES:
        earlier = f"(select h, id from {entity}_previous join household_mention using (source, record_key))"
        households.prepare_ids(connection, entity, earlier)
        ids.assign(connection, entity, run)
    connection.execute(_AWAY)
    for table in ("mention", "household_mention"):
        for column in PLACE:  # what is kept outlives it: a list that is sent again has another
            connection.execute(f"alter table {table} drop column {column}")


_AWAY = f"""
create table away as with
present as (
    select 'household' as entity, component as natural_key from household_id
    union all select 'family', component from family_id union all select 'person', {key()} from mention),
gone as (
    select 'person' as entity, id, {key()} as natural_key
    from person_previous anti join mention using (source, record_key, role)),
longer_gone as (
    select entity, id, natural_key from lineage
    anti join present using (entity, natural_key) anti join gone using (entity, natural_key))
from gone union all from longer_gone
"""


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
            f"select source, record_key{role}, {column} as id, {nth} as nth from {outputs.relation(folder, file)}"
            for nth, folder in enumerate(folders)
        ]
        connection.execute(
            f"create table {entity}_previous as select * exclude (nth) from ({' union all '.join(parts)})"
            f" qualify row_number() over (partition by source, record_key{role} order by nth) = 1"
        )
    connection.execute(f"create table history ({_HISTORY})")
    connection.execute("create table lineage (entity varchar, id varchar, natural_key varchar, is_current boolean)")
    for folder in folders:
        connection.execute(f"insert into history by name from {outputs.relation(folder, 'identity_history')}")
        connection.execute(
            f"insert into lineage select * from {outputs.relation(folder, 'lineage')} l"
            " where not exists (select 1 from lineage o where o.entity = l.entity and o.natural_key = l.natural_key)"
        )
    if len(folders) > 1:
        connection.execute("create or replace table history as select distinct * from history")


def _summary(
    connection: duckdb.DuckDBPyConnection, load_id: str, version: str, looked_at: int | None
) -> IdentitySummary:
    rules = connection.execute("select link_rule, count(*) from person_component group by 1 order by 1").fetchall()
    events = connection.execute(
        "select entity || ' ' || event, count(*) from history where load_id = ? group by 1 order by 1", [load_id]
    ).fetchall()
    sizes = [count(connection, table) for table in ("mention", "person_id", "household_id", "family_id")]
    open_pairs = count(connection, "identity_pair where state = 'open'")
    return IdentitySummary(
        *sizes, open_pairs, version, sizes[0] if looked_at is None else looked_at, dict(rules), dict(events)
    )
