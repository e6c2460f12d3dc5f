"""Dagster's storage of runs and events: SQLite with Dagster's own file layout, and connections that stay open.

Dagster's own storage opens the database for each event, and compiles each statement again; a night has some nineteen
hundred events. A home can switch between the two at any time: the files are the same.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from typing import Any

from dagster._core.events.log import EventLogEntry
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.event_log.sqlite.sqlite_event_log import INDEX_SHARD_NAME
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage, SqliteStorageConfig, _event_logs_directory
from sqlalchemy import Connection, Engine, create_engine, event

MOST = 8
"""Number of databases that stay open: the index, and the runs used last (each has its own)."""


class EventLog(SqliteEventLogStorage):
    """Dagster's event log in SQLite. Other processes may write meanwhile: nothing is locked between events."""

    def __init__(self, base_dir: str, **rest: Any) -> None:
        self._open: dict[str, Engine] = {}
        self._there: set[str] = set()
        self._held: dict[str, Connection] = {}
        super().__init__(base_dir, **rest)
        self._db_lock = threading.RLock()  # a batch uses two databases at once

    @contextmanager
    def _connect(self, shard: str) -> Generator[Connection]:
        with self._db_lock:
            if shard in self._held:
                yield self._held[shard]
                return
            engine = self._engine(shard)
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.begin() as connection:
                yield connection

    def _engine(self, shard: str) -> Engine:
        engine = self._open.pop(shard, None)
        if engine is None:
            if len(self._open) >= MOST:
                self._open.pop(next(iter(self._open))).dispose()
            waits = {"timeout": SQLITE_BUSY_TIMEOUT_SECONDS}
            engine = create_engine(self.conn_string_for_shard(shard), connect_args=waits)
            event.listen(engine, "connect", _without_waiting)
        self._open[shard] = engine  # the most recently used comes last
        return engine

    def store_event_batch(self, events: Sequence[EventLogEntry]) -> None:
        """Store events of one run in one transaction per database: what a run plans, when it is created."""
        with self._db_lock, self._connect(events[0].run_id) as run, self._connect(INDEX_SHARD_NAME) as index:
            self._held = {events[0].run_id: run, INDEX_SHARD_NAME: index}
            try:
                super().store_event_batch(events)
            finally:
                self._held = {}

    # Called several times per event. An existing table stays; a missing one may be added by a migration.

    def has_table(self, table_name: str) -> bool:
        return self._is_there(f"table {table_name}", lambda: super(EventLog, self).has_table(table_name))

    def has_secondary_index(self, name: str) -> bool:
        return self._is_there(f"index {name}", lambda: super(EventLog, self).has_secondary_index(name))

    def _has_asset_key_col_on_connection(self, conn: Connection, column_name: str) -> bool:
        has = super()._has_asset_key_col_on_connection
        return self._is_there(f"column {column_name}", lambda: has(conn, column_name))

    def _is_there(self, what: str, look: Callable[[], bool]) -> bool:
        if what not in self._there and look():
            self._there.add(what)
        return what in self._there

    def wipe(self) -> None:
        self._close()
        self._there.clear()
        super().wipe()

    def dispose(self) -> None:
        self._close()
        super().dispose()

    def _close(self) -> None:
        while self._open:
            self._open.popitem()[1].dispose()


def _without_waiting(connection: Any, _: Any) -> None:
    """Do not wait for the disk: after a power cut the last events may be missing, but the ledger is authoritative."""
    connection.execute("pragma synchronous = normal")


class Storage(DagsterSqliteStorage):
    """Dagster's storage in SQLite, with this event log. `storage.custom` of dagster.yaml; config: `base_dir`."""

    def __init__(self, base_dir: str, inst_data: Any = None) -> None:
        super().__init__(base_dir, inst_data)
        self._event_log_storage = EventLog(_event_logs_directory(base_dir))

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: SqliteStorageConfig) -> Storage:
        return cls.from_local(inst_data=inst_data, **config_value)
