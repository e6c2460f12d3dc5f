"""Roles on the server: for each agency a login, one more per officer for some kabupaten/kota, and an owner without
login.

A role can change some of its own settings (timeouts, search_path, read-only), so these protect nothing. Protection
comes from privileges, policies, connection limits and expiry dates, which only we can change.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field
from datetime import timedelta

import psycopg
from psycopg import sql

from assets.home import Home
from assets.sharing import kept
from assets.sharing.agreement import Agreement
from assets.sharing.postgres.server import QUIET, PostgresError, has_audit, is_superuser
from validations.sql import row

PREFIX, _OWNER, _OFFICER = "sadaya_", "sadayas_", "__"
CONNECTIONS = 8
"""Connections of one login at a time."""
LONGEST = "6 hours"
"""Longest transaction of a login."""
_SHORTEST_PASSWORD = 12
_SETTINGS = {
    "statement_timeout": "5min",
    "idle_in_transaction_session_timeout": "10min",
    "default_transaction_read_only": "on",
    "lock_timeout": "30s",
}
_TEMP_FILES = "2GB"
_AUDITED = {
    "pgaudit.log": "read",
    "pgaudit.log_catalog": "off",
    "pgaudit.log_parameter": "off",
    "pgaudit.log_relation": "on",
    "pgaudit.log_rows": "on",
    "pgaudit.log_statement": "off",
}
"""pgaudit logs login, table and number of rows, never the statement: it may contain a NIK."""
_OFF = ("rolsuper", "rolcreaterole", "rolcreatedb", "rolreplication", "rolbypassrls")


@dataclass(frozen=True)
class Login:
    """A login role. regencies: for an officer, the only regions whose rows he sees; None: the agency's whole share."""

    role: str
    regencies: tuple[str, ...] | None
    password: str = field(repr=False)


def owner_of(agency: str) -> str:
    """The role that owns an agency's schema; it cannot log in."""
    return f"{_OWNER}{agency}"


def role_of(agency: str, officer: str | None = None) -> str:
    return f"{PREFIX}{agency}{_OFFICER}{officer}" if officer else f"{PREFIX}{agency}"


def logins(home: Home, agreement: Agreement, make: bool = True) -> list[Login]:
    """The agency's logins with their passwords, the agency's own first.

    make: if false, a missing password is an error.

    Raises:
        PostgresError: a password is too short, readable by others, or missing.
    """
    found = [Login(role_of(agreement.agency), None, _password(home, role_of(agreement.agency), make))]
    for officer in agreement.officers:
        role = role_of(agreement.agency, officer.name)
        found.append(Login(role, tuple(officer.regencies), _password(home, role, make)))
    return found


def variable(role: str) -> str:
    """The environment variable for a login's password."""
    return f"SADAYA_POSTGRES_PASSWORD_{role.removeprefix(PREFIX).upper()}"


def _password(home: Home, role: str, make: bool) -> str:
    """The password from the environment, else from HOME/keys, where it is generated once."""
    stated, where = os.environ.get(variable(role)), variable(role)
    if stated is None:
        path = home.keys / f"{role}.password"
        where = f"keys/{path.name}"
        if not path.exists():
            if not make:
                raise PostgresError(f"{role} has no password yet")
            kept.make(path, secrets.token_urlsafe(24))
        try:
            stated = kept.read(path)
        except kept.OpenToOthersError as error:
            raise PostgresError(str(error)) from None
    if len(stated) < _SHORTEST_PASSWORD or not stated.isascii() or not stated.isprintable():
        raise PostgresError(f"{where} must hold a password of at least {_SHORTEST_PASSWORD} printable ASCII characters")
    return stated


def install_owner(connection: psycopg.Connection, agency: str) -> None:
    """Create the owner, and grant it to us."""
    owner = owner_of(agency)
    if not _exists(connection, owner):
        connection.execute(sql.SQL("create role {} nologin noinherit").format(sql.Identifier(owner)))
    if not is_superuser(connection):
        connection.execute(sql.SQL("grant {} to current_user").format(sql.Identifier(owner)))


def install(connection: psycopg.Connection, agreement: Agreement, login: Login) -> None:
    """Create or update a login: password, limits, and expiry date. It may connect to this database only."""
    role = sql.Identifier(login.role)
    if not _exists(connection, login.role):
        connection.execute(sql.SQL("create role {} noinherit").format(role))
    # Send the verifier instead of the password, so that no log of the server can contain the password.
    verifier = connection.pgconn.encrypt_password(login.password.encode(), login.role.encode(), b"scram-sha-256")
    connection.execute(
        sql.SQL("alter role {} login connection limit {} password {} valid until {}").format(
            role, CONNECTIONS, verifier.decode(), f"{agreement.ends + timedelta(days=1)} 00:00:00+07"
        )
    )
    settings = _SETTINGS | {"search_path": agreement.agency}
    if is_superuser(connection):
        settings |= QUIET | {"temp_file_limit": _TEMP_FILES}
        if has_audit(connection):
            settings |= _AUDITED
    # Reset what the login has set for itself, then apply our settings.
    connection.execute(sql.SQL("alter role {} reset all").format(role))
    database = sql.Identifier(connection.info.dbname)
    connection.execute(sql.SQL("alter role {} in database {} reset all").format(role, database))
    for name, value in settings.items():
        place = sql.SQL(".").join(map(sql.Identifier, name.split(".")))
        connection.execute(sql.SQL("alter role {} set {} = {}").format(role, place, value))
    connection.execute(sql.SQL("grant connect on database {} to {}").format(database, role))


def of_agency(connection: psycopg.Connection, agency: str) -> list[str]:
    """The logins of an agency on the server."""
    found = connection.execute(
        "select rolname from pg_catalog.pg_roles where rolname = %s or starts_with(rolname, %s) order by 1",
        (role_of(agency), role_of(agency) + _OFFICER),
    ).fetchall()
    return [role for (role,) in found]


def agencies_served(connection: psycopg.Connection) -> list[str]:
    """The agencies with a schema or roles on the server, with or without an agreement."""
    found = connection.execute(
        "select rolname from pg_catalog.pg_roles where starts_with(rolname, %s) order by 1", (_OWNER,)
    ).fetchall()
    return [role.removeprefix(_OWNER) for (role,) in found]


def disable(connection: psycopg.Connection, role: str) -> None:
    """Disable a login, and end its sessions."""
    connection.execute(sql.SQL("alter role {} nologin password null").format(sql.Identifier(role)))
    _end_sessions(connection, role, sql.SQL("true"))


def end_long_transactions(connection: psycopg.Connection, role: str) -> None:
    """End the sessions of a login whose transaction exceeds the limit: it must have changed the limits that we set, and
    it would keep the agency on an old load.
    """
    _end_sessions(connection, role, sql.SQL("xact_start < clock_timestamp() - {}::interval").format(LONGEST))


def _end_sessions(connection: psycopg.Connection, role: str, which: sql.Composable) -> None:
    if not is_superuser(connection):  # only a member may see when it started, or end it
        connection.execute(sql.SQL("grant {} to current_user").format(sql.Identifier(role)))
    connection.execute(
        sql.SQL("select pg_terminate_backend(pid) from pg_catalog.pg_stat_activity where usename = {} and {}").format(
            role, which
        )
    ).fetchall()


def remove(connection: psycopg.Connection, role: str) -> None:
    """Remove a role and its privileges. It must not own anything."""
    if not _exists(connection, role):
        return
    name = sql.Identifier(role)
    if not is_superuser(connection):
        connection.execute(sql.SQL("grant {} to current_user").format(name))
    connection.execute(sql.SQL("drop owned by {}").format(name))
    connection.execute(sql.SQL("drop role {}").format(name))


def excess(connection: psycopg.Connection, role: str, schema: str) -> list[str]:
    """The privileges of a login beyond reading the tables of its schema, in words; empty if there are none."""
    question = sql.SQL("select {} from pg_catalog.pg_roles where rolname = %s")
    attributes = row(connection.execute(question.format(sql.SQL(", ").join(map(sql.Identifier, _OFF))), (role,)))
    found = [name for name, on in zip(_OFF, attributes, strict=True) if on]
    for question, values in (
        (
            "select 'member of ' || g.rolname from pg_catalog.pg_auth_members as m join pg_catalog.pg_roles as g"
            " on g.oid = m.roleid join pg_catalog.pg_roles as r on r.oid = m.member where r.rolname = %(role)s",
            {},
        ),
        (
            "select asked || ' on the database' from unnest(array['create', 'temp']) as asked"
            " where has_database_privilege(%(role)s, current_database(), asked)",
            {},
        ),
        (
            "select asked || ' on schema ' || nspname from pg_catalog.pg_namespace, unnest(array['create', 'usage'])"
            " as asked where has_schema_privilege(%(role)s, oid, asked) and not (asked = 'usage'"
            " and nspname in (%(schema)s, 'pg_catalog', 'information_schema'))",
            {"schema": schema},
        ),
        (
            "select asked || ' on ' || relname from pg_catalog.pg_class,"
            " unnest(array['insert', 'update', 'delete', 'truncate', 'references', 'trigger']) as asked"
            " where relkind in ('r', 'v', 'm', 'p', 'f') and relnamespace = %(schema)s::regnamespace"
            " and has_table_privilege(%(role)s, oid, asked)",
            {"schema": schema},
        ),
    ):
        found += [words for (words,) in connection.execute(question, {"role": role, **values}).fetchall()]
    return found


def _exists(connection: psycopg.Connection, role: str) -> bool:
    return bool(connection.execute("select 1 from pg_catalog.pg_roles where rolname = %s", (role,)).fetchone())
