"""The moment at which new tables take the place of the old ones: no reader ever sees some of both.

A transaction that has read an old table holds a lock on it to its end. So all old tables are locked at once, or none:
then nobody is between two of them. A reader who waits for a lock looks the name up again, and finds the new table. We
never queue for long: it is the swap that gives way, not a reader (decision 0027).
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
"""Tries. In between nobody is made to wait; this one waits in line, for readers who never pause."""
_QUEUE_MS = 200
"""Well below the server's deadlock_timeout (1 s): a reader who waits for us, as we for him, is not the one to fail."""


class Waiting(Exception):  # noqa: N818 -- readers at work are no error
    """Readers kept the old tables in use as long as we had patience."""


def swap(connection: psycopg.Connection, agency: str, fresh: str, logins: Sequence[Login], patience: float) -> None:
    """Inside the caller's transaction, put the schema `fresh` in the place of the agency's, whose tables are dropped.

    patience: seconds.

    Raises:
        Waiting: readers kept the old tables in use.
        PostgresError: a schema of the agency's name is somebody else's.
    """
    _is_ours(connection, agency)
    clear(connection, agency, patience)
    schema = sql.Identifier(agency)
    connection.execute(sql.SQL("alter schema {} rename to {}").format(sql.Identifier(fresh), schema))
    roles = sql.SQL(", ").join(sql.Identifier(login.role) for login in logins)
    connection.execute(sql.SQL("grant usage on schema {} to {}").format(schema, roles))


def clear(connection: psycopg.Connection, schema: str, patience: float) -> None:
    """Drop a schema when nobody is reading any of its tables, inside the caller's transaction.

    Raises:
        Waiting: somebody was, all the time.
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
    """Keep everybody from all tables of a schema, if nobody is there."""
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
