"""The PostgreSQL server that the environment names: our connection, and what is closed to all other roles."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql

from assets.dsn import DsnError, parameters
from validations.errors import SadayaError
from validations.sql import value

DSN = "SADAYA_POSTGRES_DSN"
_OLDEST = 130000
_LOCK_TIMEOUT = "5s"
_SESSION = (
    f"select set_config('lock_timeout', '{_LOCK_TIMEOUT}', false), set_config('statement_timeout', '0', false),"
    " set_config('idle_in_transaction_session_timeout', '0', false), set_config('client_encoding', 'UTF8', false),"
    " set_config('datestyle', 'ISO', false), set_config('timezone', 'Asia/Jakarta', false),"
    " set_config('search_path', 'pg_catalog', false), set_config('default_transaction_read_only', 'off', false)"
)
QUIET = {"log_statement": "none", "log_min_messages": "log", "log_min_error_statement": "panic"}
"""Settings that only a superuser can change: the server's log gets no statement, and no error that may quote a row."""
_LARGE_OBJECTS = (
    "select oid::regprocedure::text from pg_catalog.pg_proc where pronamespace = 'pg_catalog'::regnamespace"
    " and proname in ('lo_creat', 'lo_create', 'lo_from_bytea', 'lo_put', 'lo_open', 'lowrite', 'lo_truncate',"
    " 'lo_truncate64', 'lo_unlink', 'lo_import', 'lo_export')"
    " and has_function_privilege('public', oid, 'execute')"
)


class PostgresError(SadayaError):
    """The server cannot serve; the message contains neither its address nor data."""


def configured() -> bool:
    """Whether the environment names a server."""
    return bool(os.environ.get(DSN, "").strip())


def address() -> str:
    """The server's address as part of a connection string for agencies: host, port, database, and sslmode.

    Raises:
        PostgresError: the environment names no server.
    """
    ours = _parameters()
    host, port = str(ours.get("host") or ours.get("hostaddr")), ours.get("port", "5432")
    if host.startswith("/"):
        host = "127.0.0.1"
    proof = f"?sslmode={ours['sslmode']}" if "sslmode" in ours else ""
    return f"{host}:{port}/{ours.get('dbname', 'postgres')}{proof}"


def _parameters() -> dict[str, Any]:
    if not configured():
        raise PostgresError(f"{DSN} is not set")
    try:
        return parameters(os.environ[DSN], DSN)
    except DsnError as error:
        raise PostgresError(str(error)) from None


@contextmanager
def connected() -> Generator[psycopg.Connection]:
    """A connection in autocommit to the server that the environment names. Closed at the end.

    Raises:
        PostgresError: none is named, it cannot be reached, is too old, gives us too few rights, or ended the
            connection. A server's message may quote data and addresses, so only its kind is passed on.
    """
    ours = _parameters()
    try:
        connection = psycopg.connect(**ours, autocommit=True)
    except psycopg.Error as error:
        refused = error.pgconn is not None and error.pgconn.used_password
        raise PostgresError("PostgreSQL rejects our login" if refused else "PostgreSQL cannot be reached") from None
    try:
        with connection:
            _check(connection)
            connection.execute(_SESSION)
            if is_superuser(connection):
                for name, value in QUIET.items():
                    connection.execute("select set_config(%s, %s, false)", (name, value))
            yield connection
    except psycopg.OperationalError as error:
        raise PostgresError(f"PostgreSQL ended the connection ({type(error).__name__})") from None
    except psycopg.Error as error:
        raise PostgresError(f"PostgreSQL refused ({type(error).__name__}{_table(error)})") from None


def _table(error: psycopg.Error) -> str:
    """The table of an error; its name is not personal data."""
    name = error.diag.table_name
    return f" at {name}" if name else ""


def _check(connection: psycopg.Connection) -> None:
    if connection.info.server_version < _OLDEST:
        raise PostgresError(f"PostgreSQL {_OLDEST // 10000} or later is needed")
    may = value(
        connection.execute(
            "select rolsuper or (rolcreaterole and has_database_privilege(current_database(), 'create')"
            " and (select datdba = r.oid from pg_catalog.pg_database where datname = current_database()))"
            " from pg_catalog.pg_roles as r where rolname = current_user"
        )
    )
    if not may:
        raise PostgresError(f"the role of {DSN} must own its database and have CREATEROLE, or be a superuser")


def is_superuser(connection: psycopg.Connection) -> bool:
    return value(connection.execute("select rolsuper from pg_catalog.pg_roles where rolname = current_user"))


def has_audit(connection: psycopg.Connection) -> bool:
    """Whether the server has loaded pgaudit."""
    return "pgaudit" in value(connection.execute("select current_setting('shared_preload_libraries')"))


def close_to_the_public(connection: psycopg.Connection) -> None:
    """Revoke from public the default rights on the database, which is Sadaya's only."""
    database = sql.Identifier(connection.info.dbname)
    connection.execute(sql.SQL("revoke all on database {} from public").format(database))
    connection.execute("revoke all on schema public from public")
    if is_superuser(connection):
        connection.execute("revoke usage on language plpgsql from public")
        for (function,) in connection.execute(_LARGE_OBJECTS).fetchall():
            connection.execute(sql.SQL("revoke execute on function {} from public").format(sql.SQL(function)))


def open_databases(connection: psycopg.Connection) -> list[str]:
    """Other databases that all roles can connect to."""
    found = connection.execute(
        "select datname from pg_catalog.pg_database where datallowconn and datname <> current_database()"
        " and has_database_privilege('public', oid, 'connect') order by 1"
    ).fetchall()
    return [name for (name,) in found]
