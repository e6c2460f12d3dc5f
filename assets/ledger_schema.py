"""The tables of the ledger, as migrations from each version to the next.

A released migration is never changed; a change of the schema is a new migration at the end of `MIGRATIONS`.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

from assets import durable
from validations.errors import SadayaError


class LedgerError(SadayaError):
    """This version of the code cannot use the ledger; the message is for users."""


_FIRST = """
create table if not exists loads (
    load_id text primary key, as_of_date text not null, state text not null, started_at text not null, finished_at text,
    previous_load_id text, fingerprint text not null, code_version text not null, reason text, load_seq integer
);
create table if not exists publications (load_id text primary key references loads);
create table if not exists deliveries (
    delivery_id text primary key, source text not null, agency text not null, delivery_date text not null,
    kind text not null, sha256 text not null, file_names text not null, coverage text not null,
    rows_read integer not null default 0, rows_accepted integer not null default 0,
    rows_quarantined integer not null default 0, rows_duplicate integer not null default 0,
    rows_furniture integer not null default 0,
    status text not null, reason_code text, reason_id text, reason_en text,
    acceptance_seq integer unique, load_id text references loads, loaded_at text not null, entry_seq integer,
    check (rows_read = rows_accepted + rows_quarantined + rows_duplicate)
);
create index if not exists deliveries_by_source on deliveries (source, delivery_date);
create table if not exists delivery_files (
    delivery_id text not null references deliveries, file_name text not null, sha256 text not null,
    bytes integer not null, encoding text, coverage text not null,
    status text not null, reason_code text, reason_id text, reason_en text,
    rows_read integer not null default 0, rows_accepted integer not null default 0,
    rows_quarantined integer not null default 0, rows_duplicate integer not null default 0,
    rows_furniture integer not null default 0,
    primary key (delivery_id, file_name),
    check (rows_read = rows_accepted + rows_quarantined + rows_duplicate)
);
create table if not exists load_deliveries (
    load_id text not null references loads, delivery_id text not null, primary key (load_id, delivery_id)
);
create table if not exists decisions (
    decision_id integer primary key, at text not null, action text not null, subject text not null, by text, reason text
);
create table if not exists fingerprints (
    path text primary key, bytes integer not null, mtime_ns integer not null, sha256 text not null
);
create table if not exists unread (
    load_id text not null references loads, path text not null, reason_code text not null, reason_id text not null,
    reason_en text not null,
    primary key (load_id, path)
)
"""
_COUNTERS = {"loads": "load_seq", "deliveries": "entry_seq"}
_ALERTS = """
create table alerts (kind text not null, subject text not null, at text not null, primary key (kind, subject))
"""


def _first(connection: sqlite3.Connection) -> None:
    """From version 0, a new file or a ledger older than versions, whose tables may lack the counters."""
    _run(connection, _FIRST)
    for table, counter in _COUNTERS.items():
        columns = [row[1] for row in connection.execute(f"pragma table_info({table})")]
        if counter not in columns:
            connection.execute(f"alter table {table} add column {counter} integer")
            connection.execute(f"update {table} set {counter} = rowid")  # SQLite numbers rows as they are inserted


def _alerts(connection: sqlite3.Connection) -> None:
    """The alerts that were sent, so that each is sent once."""
    _run(connection, _ALERTS)


def _file_changes(connection: sqlite3.Connection) -> None:
    """Fingerprints are remembered by the time of a file's last change of any kind, which nobody can set; those that
    were remembered by the time of its content are taken again, once.
    """
    connection.execute("alter table fingerprints rename column mtime_ns to changed_ns")


MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (_first, _alerts, _file_changes)
VERSION = len(MIGRATIONS)
"""The version of the ledger that this code reads and writes; the file states its own in `pragma user_version`."""


def migrate(connection: sqlite3.Connection, path: Path, only_read: bool = False) -> None:
    """Migrate a ledger to this version in one transaction, after copying the file.

    The copy, `<name>.version-<n>`, allows a return to the older code; a new ledger has none.

    Raises:
        LedgerError: the ledger has a newer version, or an older one and cannot be written to.
    """
    has_tables = connection.execute("select 1 from sqlite_master").fetchone()
    if (found := _known_version(connection)) == VERSION:
        return
    if only_read:
        raise LedgerError(f"the ledger is of version {found}, and nothing can be written where it lies")
    if has_tables:
        _keep_copy(connection, path, found)
    connection.execute("begin immediate")
    try:
        for migration in MIGRATIONS[_known_version(connection) :]:  # another process may have migrated it meanwhile
            migration(connection)
        connection.execute(f"pragma user_version = {VERSION}")
    except BaseException:
        connection.execute("rollback")
        raise
    connection.execute("commit")


def _known_version(connection: sqlite3.Connection) -> int:
    """The version of an open ledger; 0 for a new one, and for one older than versions."""
    found = connection.execute("pragma user_version").fetchone()[0]
    if found > VERSION:
        raise LedgerError(
            f"the ledger has version {found}, but this code supports versions up to {VERSION}: run the newer code"
        )
    return found


def _keep_copy(connection: sqlite3.Connection, path: Path, version: int) -> None:
    fresh = path.with_name(f".{path.name}.{os.getpid()}.fresh")
    fresh.unlink(missing_ok=True)
    connection.execute("vacuum into ?", (str(fresh),))
    durable.settle(fresh, path.with_name(f"{path.name}.version-{version}"), 0o640)


def _run(connection: sqlite3.Connection, script: str) -> None:
    """Execute statements one by one: `executescript` would commit earlier statements."""
    for statement in script.split(";"):
        connection.execute(statement)
