"""Pulls a table of an agency's PostgreSQL: one consistent snapshot, read-only, streamed as JSON Lines of text. The
server makes the lines, and we store them unread (a million rows of ten columns: 3 s, in constant memory).

A snapshot cannot be continued in another connection, so an interrupted pull starts again.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from assets.dsn import DsnError, parameters
from assets.pull.declared import Postgres
from assets.pull.outcome import Gathered, PullFailed
from assets.pull.patience import Sleep, Transient, patiently
from assets.pull.settings import Settings
from assets.pull.workplace import Workplace

_CHUNK = 1 << 20
_COPY = sql.SQL(
    "copy (select row_to_json(line) from (select {columns} from {table} order by {key}) as line)"
    # JSON escapes every control character, so these as quote and delimiter leave its text unchanged.
    " to stdout (format csv, quote e'\\x01', delimiter e'\\x02')"
)
_SESSION = (
    "select set_config('statement_timeout', %s, true), set_config('datestyle', 'ISO', true),"
    " set_config('timezone', 'UTC', true), set_config('client_encoding', 'UTF8', true)"
)


def gather(pull: Postgres, settings: Settings, place: Workplace, sleep: Sleep) -> Gathered:
    """Copy the table as of one moment.

    Raises:
        PullFailed: the database refuses, cannot be reached, or takes too long.
    """
    target = _target(settings)
    place.clear()
    with place.storing(pull.file_name) as path:
        rows = patiently(lambda: _copy(pull, target, path), sleep)
    return Gathered("landed", rows)


def _target(settings: Settings) -> dict[str, Any]:
    """Connection parameters.

    Raises:
        PullFailed: the DSN is not safe for personal data.
    """
    try:
        return parameters(settings["DSN"], settings.variable("DSN"))
    except DsnError as error:
        raise PullFailed(str(error)) from None


def _copy(pull: Postgres, target: dict[str, Any], path: Path) -> int:
    """Write the table to a file. Returns the number of rows. The server's errors may quote data, so only their type is
    passed on.
    """
    try:
        connection = psycopg.connect(**target)
    except psycopg.OperationalError as error:
        if error.pgconn is not None and error.pgconn.used_password:
            raise PullFailed("the database rejects our login") from None
        raise Transient("the database could not be reached") from None
    try:
        with connection:
            connection.read_only = True
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            return _stream(connection, pull, path)
    except psycopg.errors.QueryCanceled:
        raise PullFailed(f"the database took longer than {pull.minutes} minutes") from None
    except psycopg.OperationalError as error:
        raise Transient(f"the database closed the connection ({type(error).__name__})") from None
    except psycopg.Error as error:
        raise PullFailed(f"the database refused ({type(error).__name__})") from None


def _stream(connection: psycopg.Connection, pull: Postgres, path: Path) -> int:
    with connection.cursor() as cursor, path.open("wb") as file:
        cursor.execute(_SESSION, (str(pull.minutes * 60_000),))
        with cursor.copy(_query(pull)) as copy:
            file.writelines(copy)
        sent = cursor.rowcount
    if (written := _lines(path)) != sent:
        raise Transient(f"the database sent {sent} rows, but {written} were written")
    return sent


def _query(pull: Postgres) -> sql.Composed:
    """Select every column as text, so that a NIK stays exact whatever its type."""
    columns = [sql.SQL("{0}::text as {0}").format(sql.Identifier(column)) for column in pull.columns]
    table = sql.Identifier(*pull.table.split("."))
    key = sql.SQL("{}.{}").format(table, sql.Identifier(pull.order_by))
    return _COPY.format(columns=sql.SQL(", ").join(columns), table=table, key=key)


def _lines(path: Path) -> int:
    count = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            count += chunk.count(b"\n")
    return count
