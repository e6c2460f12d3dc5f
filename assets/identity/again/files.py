"""What a night changes in the rows of identity's files (`outputs`)."""

from __future__ import annotations

import duckdb

from assets.identity import outputs
from assets.identity.again.layer import lay


def note(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Hold the rows that a night may have changed, `<name>_was` and `<name>_is`, against each other; what differs is
    gone, or came later.
    """
    keys, was, is_now = outputs.KEYS[name], f"{name}_was", f"{name}_is"
    lay(connection, "cut", f"select {keys} from (from {was} except from {is_now})")
    connection.execute(f"delete from kept.{name}_later where ({keys}) in (from cut)")
    connection.execute(f"insert into kept.{name}_gone from cut where ({keys}) not in (from kept.{name}_gone)")
    connection.execute(f"insert into kept.{name}_later by name from {is_now} except from {was}")


def note_history(connection: duckdb.DuckDBPyConnection, load_id: str) -> None:
    """What happened to ids tonight came later than the rest."""
    connection.execute("insert into kept.identity_history_later by name from kept.history where load_id = ?", [load_id])
