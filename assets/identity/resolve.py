"""One run of identity: reads mentions, writes links and history, all or nothing."""

from __future__ import annotations

import shutil
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from assets.home import Home
from assets.identity import kept, model, names, outputs, past
from assets.identity.ids.assigning import next_generation, read_previous
from assets.identity.matching import rules
from assets.identity.pipeline import KEPT, STEPS
from assets.identity.records import changes
from assets.identity.steps import Run, run_all, run_changed
from assets.identity.tables import count
from assets.ledger import Ledger, now
from assets.load import Load


@dataclass(frozen=True)
class Previous:
    """Identity folders of earlier loads: of the load that readers see (`published`), and of the newest load ever
    published (`latest`). The two differ only after a rollback. Ids assigned by a load that was never published do not
    count (decision 0022).
    """

    published: Path | None = None
    latest: Path | None = None


@dataclass(frozen=True)
class IdentitySummary:
    """Counts of one run. `rules`: person links by rule. `events`: events of ids tonight, by entity and event.
    `questions`: pairs that clerks are asked to decide. `model`: version of the model that weighed the pairs.
    `looked_at`: records that were resolved again; the others keep their links, because tonight's changes cannot affect
    them.
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
    """The earlier identity folders for a load, from loads that are or were published."""
    with Ledger(home.ledger) as ledger:
        published = ledger.published_load()
        seen = [home.load(other).identity for other in ledger.ever_published() if other != load_id]
    seen = [folder for folder in seen if folder.is_dir()]
    current = home.load(published["load_id"]).identity if published else None
    return Previous(current if current in seen else None, seen[-1] if seen else None)


def resolve(load: Load, previous: Previous) -> IdentitySummary:
    """Link every mention to a person and every household record to a household and a family, and keep their ids.

    Writes `load.folder.identity` in one rename. The result is deterministic: it does not depend on the order of rows,
    on the number of threads, or on whether the run is incremental.
    """
    frozen = model.read()
    previous_load = _only_previous(load, previous)
    with kept.opened(load, previous_load, frozen) as (connection, usable), _made(load) as folder:
        run = Run(connection, frozen, load.load_id, now())
        looked_at = _resolve_changed(run) if usable else None
        if looked_at is not None:
            assert previous.latest is not None, "kept tables are usable only after an earlier load"
            outputs.write_changes(connection, folder, previous.latest)
        else:
            kept.begin(connection, load.home.identity)
            _resolve_all(run, previous)
            outputs.write_whole(connection, folder)
        past.link(run, folder)
        kept.finish(connection, load.load_id, frozen, KEPT)
        return _summary(connection, load.load_id, frozen.version, looked_at)


def _only_previous(load: Load, previous: Previous) -> str | None:
    """The load whose ids are the only earlier ones; None if there is none, or if readers were rolled back to a load
    before the newest: then the ids of both count.
    """
    if previous.latest is None or previous.published != previous.latest:
        return None
    return previous.latest.parent.name


@contextmanager
def _made(load: Load) -> Generator[Path]:
    """A folder that becomes the load's identity if no error is raised."""
    target = load.folder.identity
    scratch = target.with_name("identity.making")
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    yield scratch
    shutil.rmtree(target, ignore_errors=True)
    scratch.rename(target)


def _resolve_all(run: Run, previous: Previous) -> None:
    """Resolve every mention from scratch."""
    names.install(run.connection)
    rules.install(run.connection)
    changes.read_all(run)
    folders = dict.fromkeys((previous.published, previous.latest))
    read_previous(run, tuple(folder for folder in folders if folder is not None))
    run.generation = next_generation(run.connection)
    run_all(run, STEPS)


def _resolve_changed(run: Run) -> int | None:
    """Update `kept`, and the parts of files that hold changes (`outputs`), to tonight's mentions.

    Returns the number of mentions that were resolved again; None if everything must be resolved from scratch, and then
    `kept` must be discarded.
    """
    connection = run.connection
    names.install(connection)
    rules.install(connection)
    changed = changes.find(run)
    later = count(connection, "kept.person_links_later") + count(connection, "kept.household_links_later")
    known = count(connection, "kept.mention") + count(connection, "kept.household_mention")
    if changed + later > changes.MOST * known:
        return None
    run.generation = next_generation(connection)
    try:
        run_changed(run, STEPS)
    except changes.StartOverError:
        return None
    outputs.note_history(connection, run.load_id)
    return count(connection, "settled_again")


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
