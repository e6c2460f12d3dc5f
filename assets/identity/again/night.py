"""The whole of such a night, in order."""

from __future__ import annotations

from pathlib import Path

import duckdb

from assets.identity import names
from assets.identity.again import changes, files, households, ids, persons
from assets.identity.again.layer import lift
from assets.identity.ids import new_run
from assets.identity.model import Model
from assets.identity.tables import count

MOST = 0.2
"""Share of the mentions from which on all is decided anew: it would cost no less."""


def go_on(connection: duckdb.DuckDBPyConnection, mentions: Path, frozen: Model, load_id: str, at: str) -> int | None:
    """Bring `kept`, and the parts of files that came later (`outputs`), to tonight's mentions.

    mentions: folder of the mention Parquet. Returns how many mentions were decided on anew; None if it has to be all of
    them, and then `kept` is of no use any more.
    """
    names.install(connection)
    changed = sum(changes.find(connection, kind, mentions) for kind in ("person", "household"))
    later = count(connection, "kept.person_links_later") + count(connection, "kept.household_links_later")
    if changed + later > MOST * (count(connection, "kept.mention") + count(connection, "kept.household_mention")):
        return None
    if not changes.take_in(connection, mentions):
        return None
    run = new_run(connection, load_id, at)
    persons.link(connection, frozen)
    ids.of_persons(connection, mentions, run)
    households.place(connection)
    ids.of_households(connection, mentions, run)
    files.note_history(connection, load_id)
    connection.execute("create or replace table kept.decision as from memory.decision")
    lift(connection, "decision")
    return count(connection, "world")
