"""Replaces the old tables with the new ones; no reader ever sees a mix of both.

A transaction that has read an old table holds a lock on it until it ends. So all old tables are locked at once, or
none: then no transaction has read only some of them. A reader that waits for a lock resolves the name again, and finds
the new table. We never queue for long: the swap gives way, not a reader (decision 0027).
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import psycopg
from psycopg import sql
from psycopg.errors import DeadlockDetected, LockNotAvailable, QueryCanceled

from assets.sharing.postgres.roles import Login, owner_of
from assets.sharing.postgres.server import PostgresError

_PAUSE = 0.005
_QUEUE_EVERY = 100
"""Tries. Only every so many tries we queue for the lock, for readers that never pause; the other tries make no reader
wait.
"""
_QUEUE_MS = 200
"""Well below the server's deadlock_timeout (1 s), so that in a deadlock with a reader our statement fails, not the
reader's.
"""


class Waiting(Exception):  # noqa: N818 -- busy readers are not an error
    """Readers used the old tables as long as we waited."""


def swap(connection: psycopg.Connection, agency: str, fresh: str, logins: Sequence[Login], patience: float) -> None:
    """Inside the caller's transaction, replace the agency's schema with the schema `fresh`; the old tables are dropped.

    patience: seconds.

    Raises:
        Waiting: readers used the old tables all the time.
        PostgresError: a schema with the agency's name has another owner.
    """
    _is_ours(connection, agency)
    clear(connection, agency, patience)
    schema = sql.Identifier(agency)
    connection.execute(sql.SQL("alter schema {} rename to {}").format(sql.Identifier(fresh), schema))
    roles = sql.SQL(", ").join(sql.Identifier(login.role) for login in logins)
    connection.execute(sql.SQL("grant usage on schema {} to {}").format(schema, roles))


def clear(connection: psycopg.Connection, schema: str, patience: float) -> None:
    """Drop a schema when no transaction is reading its tables, inside the caller's transaction.

    Raises:
        Waiting: its tables were in use all the time.
    """
    until, tries = time.monotonic() + patience, 0
    while True:
        tries += 1
        try:
            with connection.transaction():
                _lock(connection, schema, queue=tries % _QUEUE_EVERY == 0)
                connection.execute(sql.SQL("drop schema if exists {} cascade").format(sql.Identifier(schema)))
            return
        except (LockNotAvailable, QueryCanceled, DeadlockDetected):
            if time.monotonic() >= until:
                raise Waiting(f"{schema}: its old tables were in use for {patience:g} s") from None
            time.sleep(_PAUSE)


def _lock(connection: psycopg.Connection, schema: str, queue: bool) -> None:
    """Lock all tables of a schema, if none is in use."""
    names = connection.execute(
        "select relname from pg_catalog.pg_class as c join pg_catalog.pg_namespace as n on n.oid = c.relnamespace"
        " where nspname = %s and relkind = 'r' order by relpages desc, relname",
        (schema,),
    ).fetchall()
    if not names:
        return
    tables = sql.SQL(", ").join(sql.Identifier(schema, name) for (name,) in names)
    now = sql.SQL("" if queue else " nowait")
    connection.execute(sql.SQL("set local statement_timeout = {}").format(_QUEUE_MS))
    connection.execute(sql.SQL("lock table {} in access exclusive mode{}").format(tables, now))
    connection.execute("set local statement_timeout = 0")


def _is_ours(connection: psycopg.Connection, schema: str) -> None:
    found = connection.execute(
        "select pg_catalog.pg_get_userbyid(nspowner) from pg_catalog.pg_namespace where nspname = %s", (schema,)
    ).fetchone()
    if found and found[0] != owner_of(schema):
        raise PostgresError(f"there is a schema {schema} that is not Sadaya's")
