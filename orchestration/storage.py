"""Where Dagster keeps its runs and events: SQLite, as Dagster lays it out, with connections that stay open.

Dagster's own storage opens the database anew for each event, and compiles each statement anew with it; a night has some
twelve hundred events. A home can go from one to the other at any time: the files are the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage, _event_logs_directory
from sqlalchemy import Connection, Engine, create_engine, event

MOST = 8
"""Databases that stay open: the index, and runs that were looked at last (each has one of its own)."""


class EventLog(SqliteEventLogStorage):
    """Dagster's event log in SQLite. Other processes may write meanwhile: between events nothing is locked."""

    def __init__(self, base_dir: str, **rest: Any) -> None:
        self._open: dict[str, Engine] = {}
        self._tables: set[str] = set()
        super().__init__(base_dir, **rest)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
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
        self._open[shard] = engine  # the last is the one that was asked for last
        return engine

    def has_table(self, table_name: str) -> bool:
        """Asked twice per check of an asset; a table that is there stays."""
        if table_name not in self._tables and super().has_table(table_name):
            self._tables.add(table_name)
        return table_name in self._tables

    def wipe(self) -> None:
        self._close()
        self._tables.clear()
        super().wipe()

    def dispose(self) -> None:
        self._close()
        super().dispose()

    def _close(self) -> None:
        while self._open:
            self._open.popitem()[1].dispose()


def _without_waiting(connection: Any, _: Any) -> None:
    """No event waits for the disk: after a power cut the last ones may be missing, and the ledger is what counts."""
    connection.execute("pragma synchronous = normal")


class Storage(DagsterSqliteStorage):
    """Dagster's storage in SQLite, with that event log. `storage.custom` of dagster.yaml; config: `base_dir`."""

    def __init__(self, base_dir: str, inst_data: Any = None) -> None:
        super().__init__(base_dir, inst_data)
        self._event_log_storage = EventLog(_event_logs_directory(base_dir))

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: dict[str, str]) -> Storage:
        return cls.from_local(inst_data=inst_data, **config_value)
