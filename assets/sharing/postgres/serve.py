"""Serves one agency's share on the server: all of a load, or all of the load before."""

from __future__ import annotations

import os
import tempfile
from datetime import date, datetime
from pathlib import Path
from urllib.parse import quote
from zoneinfo import ZoneInfo

import psycopg

from assets.home import Home
from assets.sharing.agreement import Agreement, AgreementError, path_of, read_one
from assets.sharing.postgres import access, roles, server, swap, tables
from assets.sharing.postgres.server import PostgresError
from assets.sharing.pseudonyms import PseudonymError
from assets.sharing.served import FAILED, NOT_AGREED, POSTGRES, WAITING, WITHHELD, WRITTEN, Served, keep
from assets.sharing.share import ShareError, opened, share_of

PATIENCE = "SADAYA_POSTGRES_PATIENCE"
_PATIENCE_SECONDS = 60.0
_FRESH = "__next"
ENDED, ACCESS = "ended", "access_log"
"""Used instead of an agency: all agencies whose access had to end; all readers."""
_GATHERED = "gathered"
_BANTEN = ZoneInfo("Asia/Jakarta")


def serve(home: Home, load_id: str, agency: str, day: date) -> Served:
    """Replace an agency's share on the server with that of a load, or record why not; then the old share stays, unless
    the agreement has ended: then access ends.

    Raises:
        OSError, duckdb.Error: it failed; the caller must record that as `failed`.
    """
    try:
        agreement = read_one(path_of(agency))
    except AgreementError as error:
        return keep(home, load_id, Served(agency, WITHHELD, str(error), medium=POSTGRES))
    try:
        with server.connected() as connection:
            if not _entitled(agreement, day):
                _end(connection, agency)
                return keep(home, load_id, _over(agreement, day))
            rows = _replace(home, load_id, agreement, day, connection)
    except (ShareError, PseudonymError) as error:
        return keep(home, load_id, Served(agency, WITHHELD, str(error), medium=POSTGRES))
    except swap.Waiting as error:
        return keep(home, load_id, Served(agency, WAITING, str(error), medium=POSTGRES))
    except PostgresError as error:
        return keep(home, load_id, Served(agency, FAILED, str(error), medium=POSTGRES))
    return keep(home, load_id, Served(agency, WRITTEN, None, rows, medium=POSTGRES))


def end_ended(home: Home, load_id: str, day: date) -> Served:
    """End the access of every agency on the server whose agreement has ended, was removed, or does not name PostgreSQL.

    An agreement that cannot be read is a mistake, and does not end access.
    """
    try:
        with server.connected() as connection:
            for agency in roles.agencies_served(connection):
                if _is_over(path_of(agency), day):
                    _end(connection, agency)
    except swap.Waiting as error:
        return keep(home, load_id, Served(ENDED, WAITING, str(error), medium=POSTGRES))
    except PostgresError as error:
        return keep(home, load_id, Served(ENDED, FAILED, str(error), medium=POSTGRES))
    return keep(home, load_id, Served(ENDED, NOT_AGREED, medium=POSTGRES))


def connection_strings(home: Home, agreement: Agreement) -> list[str]:
    """Connection strings of an agency's logins, with passwords: to be shown to the server's administrator, and stored
    nowhere.

    Raises:
        PostgresError: there is no server, or a login has no password yet.
    """
    where = server.address()
    return [
        f"postgresql://{login.role}:{quote(login.password, safe='')}@{where}"
        for login in roles.logins(home, agreement, make=False)
    ]


def gather_access(home: Home, load_id: str) -> Served:
    """Copy the accesses from the server's log, if it has one, for the quality schema of this load."""
    try:
        found = access.gather(home)
    except PostgresError as error:
        return keep(home, load_id, Served(ACCESS, FAILED, str(error), medium=POSTGRES))
    return keep(
        home, load_id, Served(ACCESS, NOT_AGREED if found is None else _GATHERED, rows=found or 0, medium=POSTGRES)
    )


def warnings() -> list[str]:
    """Recommendations for the server, in sentences; none of them prevents serving.

    Raises:
        PostgresError: the server cannot be queried.
    """
    with server.connected() as connection:
        found = []
        if names := server.open_databases(connection):
            found.append(
                f"agencies' logins can connect to {', '.join(names)}, as all roles can: revoke connect from public"
            )
        if not access.keeps_log(connection):
            found.append("it has no log of accesses: set log_destination = csvlog, and connect as a superuser")
        elif not server.has_audit(connection):
            found.append("it logs connections, but not what is read: install pgaudit")
        return found


def _entitled(agreement: Agreement, day: date) -> bool:
    return agreement.in_force(day) and POSTGRES in agreement.media


def _is_over(path: Path, day: date) -> bool:
    if not path.is_file():
        return True
    try:
        return not _entitled(read_one(path), day)
    except AgreementError:
        return False


def _over(agreement: Agreement, day: date) -> Served:
    if agreement.in_force(day):
        return Served(agreement.agency, NOT_AGREED, medium=POSTGRES)
    reason = f"the agreement is in force from {agreement.starts} to {agreement.ends}"
    return Served(agreement.agency, WITHHELD, f"{agreement.agency}: {reason}", medium=POSTGRES)


def _end(connection: psycopg.Connection, agency: str) -> None:
    logins = roles.of_agency(connection, agency)
    for role in logins:
        roles.disable(connection, role)
    with connection.transaction():
        swap.clear(connection, agency, _patience())
        for role in (*logins, roles.owner_of(agency)):
            roles.remove(connection, role)


def _replace(home: Home, load_id: str, agreement: Agreement, day: date, connection: psycopg.Connection) -> int:
    """Replace all tables in one transaction: if the server or process is killed, the old ones stay. Returns the number
    of rows.
    """
    agency, fresh = agreement.agency, f"{agreement.agency}{_FRESH}"
    logins = roles.logins(home, agreement)
    server.close_to_the_public(connection)
    with (
        tempfile.TemporaryDirectory(prefix=f".postgres-{agency}-", dir=home.publication(load_id)) as spill,
        opened(home.warehouse(load_id), Path(spill)) as duck,
        connection.transaction(),
    ):
        share = share_of(duck, home, agreement, day, medium=POSTGRES)
        roles.install_owner(connection, agency)
        for login in logins:
            roles.install(connection, agreement, login)
            roles.end_long_transactions(connection, login.role)
        rows = tables.fill(connection, duck, share, fresh, logins, datetime.now(_BANTEN))
        swap.swap(connection, agency, fresh, logins, _patience())
        for login in logins:
            if excess := roles.excess(connection, login.role, agency):
                raise PostgresError(f"{login.role} may do more than read its schema: {', '.join(excess)}")
        for role in set(roles.of_agency(connection, agency)) - {login.role for login in logins}:
            roles.disable(connection, role)
            roles.remove(connection, role)
    return rows


def _patience() -> float:
    """Seconds that a swap waits for readers."""
    stated = os.environ.get(PATIENCE, "").strip()
    try:
        return float(stated) if stated else _PATIENCE_SECONDS
    except ValueError:
        raise PostgresError(f"{PATIENCE} is not a number of seconds") from None
