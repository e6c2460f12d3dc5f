"""The ledger: deliveries, files, loads and decisions. The only state that cannot be derived from the landing.

It is SQLite, because many processes read it while one writes, and each change must be complete or absent. Writers hold
HOME's lock; readers (`sadaya status`, the UI) need none. `assets.ledger_schema` has its tables; the first process that
opens a ledger of an earlier version migrates it.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Generator, Iterable
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar, cast
from urllib.parse import quote

from assets.ledger_rows import (
    UNFINISHED,
    DecisionRow,
    DeliveryRow,
    DeliveryStatus,
    FileRow,
    LoadRow,
    LoadState,
    NewestRow,
)
from assets.ledger_schema import migrate

T = TypeVar("T")
_WORDS: dict[str, type[StrEnum]] = {"status": DeliveryStatus, "delivery_status": DeliveryStatus, "state": LoadState}
"""Columns with an enumerated set of values."""


def now() -> str:
    """The current time in UTC, ISO 8601 to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _only_readable(path: Path) -> bool:
    """Whether a ledger is read-only, such as a mounted copy. A ledger whose write-ahead log is not empty cannot be
    opened this way.
    """
    locked = path.exists() and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK))
    journal = path.with_name(f"{path.name}-wal")
    return locked and not (journal.exists() and journal.stat().st_size)


class Ledger:
    """Typed access to the ledger of one HOME. A context manager.

    Raises:
        assets.ledger_schema.LedgerError: the ledger has a newer version than this code.
    """

    def __init__(self, path: Path) -> None:
        only_read = _only_readable(path)
        source = f"file:{quote(str(path))}?immutable=1" if only_read else path
        self._connection = sqlite3.connect(source, timeout=30, isolation_level=None, uri=only_read)
        self._connection.row_factory = sqlite3.Row
        if not only_read:
            self._connection.execute("pragma journal_mode = wal")
        self._connection.execute("pragma foreign_keys = on")
        try:
            migrate(self._connection, path, only_read)
        except BaseException:
            self._connection.close()
            raise

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._connection.close()

    def copy_to(self, path: Path) -> None:
        """Copy the ledger to a new file, as of one moment."""
        with closing(sqlite3.connect(path)) as copy:
            self._connection.backup(copy)

    @contextmanager
    def transaction(self) -> Generator[None]:
        """Run all statements inside in one transaction. May be nested: only the outermost commits."""
        if self._connection.in_transaction:
            yield
            return
        self._connection.execute("begin immediate")
        try:
            yield
        except BaseException:
            self._connection.execute("rollback")
            raise
        self._connection.execute("commit")

    def rows(self, sql: str, *parameters: Any) -> list[dict[str, Any]]:
        """The rows of a query, as dictionaries."""
        return [dict(row) for row in self._connection.execute(sql, parameters)]

    def _typed(self, kind: type[T], sql: str, *parameters: Any) -> list[T]:
        """The rows of a query, as a typed dictionary with the same columns."""
        rows = self.rows(sql, *parameters)
        for row in rows:
            row |= {name: word(row[name]) for name, word in _WORDS.items() if name in row}
        return cast(list[T], rows)

    def _insert(self, table: str, values: dict[str, Any]) -> None:
        names = ", ".join(values)
        marks = ", ".join("?" * len(values))
        self._connection.execute(f"insert into {table} ({names}) values ({marks})", tuple(values.values()))

    # deliveries -----------------------------------------------------------------------------------------------------

    def free_delivery_id(self, source: str, delivery_date: date, sha256: str) -> str:
        """The id of a new delivery: source, date and fingerprint, with a counter if that id exists."""
        stem = f"{source}-{delivery_date:%Y%m%d}-{sha256[:10]}"
        waiting = {row["delivery_id"] for row in self.held_for_partner(source, delivery_date)}
        taken = {row["delivery_id"] for row in self.deliveries(source)} - waiting
        candidates = (stem if n == 1 else f"{stem}-{n}" for n in range(1, len(taken) + 2))
        return next(candidate for candidate in candidates if candidate not in taken)

    def record_delivery(self, delivery: dict[str, Any], files: Iterable[dict[str, Any]]) -> None:
        """Insert a delivery with its files. It replaces one held for its partner that has the same files.

        An accepted delivery gets the next acceptance number.
        """
        files = list(files)
        with self.transaction():
            self._forget_waiting(delivery, {file["sha256"] for file in files})
            accepted = (
                self._next("deliveries", "acceptance_seq") if delivery["status"] == DeliveryStatus.ACCEPTED else None
            )
            entered = self._next("deliveries", "entry_seq")
            counters = {"acceptance_seq": accepted, "entry_seq": entered}
            self._insert("deliveries", {**delivery, **counters, "loaded_at": now()})
            for file in files:
                self._insert("delivery_files", {**file, "delivery_id": delivery["delivery_id"]})

    def held_for_partner(self, source: str, delivery_date: date) -> list[DeliveryRow]:
        """Deliveries of a date that wait for another member of their set."""
        return self._typed(
            DeliveryRow,
            "select * from deliveries where source = ? and delivery_date = ? and status = 'held'"
            " and reason_code in ('set_incomplete', 'set_partner')",
            source,
            delivery_date.isoformat(),
        )

    def _forget_waiting(self, delivery: dict[str, Any], fingerprints: set[str]) -> None:
        for row in self.held_for_partner(delivery["source"], date.fromisoformat(delivery["delivery_date"])):
            mine = [file["sha256"] for file in self.files(row["source"]) if file["delivery_id"] == row["delivery_id"]]
            if fingerprints.issuperset(mine):
                self._connection.execute("delete from delivery_files where delivery_id = ?", (row["delivery_id"],))
                self._connection.execute("delete from deliveries where delivery_id = ?", (row["delivery_id"],))

    def accept_held(self, delivery_id: str) -> None:
        """Accept a held delivery, as the last accepted of its date."""
        self._connection.execute(
            "update deliveries set status = 'accepted', acceptance_seq = ?, reason_code = null, reason_id = null,"
            " reason_en = null where delivery_id = ? and status = 'held'",
            (self._next("deliveries", "acceptance_seq"), delivery_id),
        )

    def withdraw_delivery(self, delivery_id: str, reason: str) -> None:
        """Withdraw an accepted or held delivery: it no longer counts, but its record stays."""
        self._connection.execute(
            "update deliveries set status = 'withdrawn', reason_code = 'withdrawn', reason_id = ?, reason_en = ?"
            " where delivery_id = ?",
            (reason, reason, delivery_id),
        )
        self._mark_withdrawn_loads()

    def _next(self, table: str, counter: str) -> int:
        return self.rows(f"select coalesce(max({counter}), 0) + 1 as next from {table}")[0]["next"]

    def delivery(self, delivery_id: str) -> DeliveryRow | None:
        found = self._typed(DeliveryRow, "select * from deliveries where delivery_id = ?", delivery_id)
        return found[0] if found else None

    def deliveries(self, source: str | None = None) -> list[DeliveryRow]:
        """All deliveries, or those of one source, in delivery order; never accepted ones come last on their date."""
        return self._typed(
            DeliveryRow,
            "select * from deliveries where source = coalesce(?, source)"
            " order by delivery_date, acceptance_seq is null, acceptance_seq, entry_seq",
            source,
        )

    def files(self, source: str | None = None, delivery_date: date | None = None) -> list[FileRow]:
        """The files of all deliveries, or of a source, or of a date, with source, date and the delivery's status, in
        delivery order.
        """
        wanted = {"source": source, "delivery_date": delivery_date and delivery_date.isoformat()}
        given = {name: value for name, value in wanted.items() if value is not None}
        # Only what is given, so that SQLite uses the index: a scan of the landing asks once for each folder.
        where = " and ".join(["true", *(f"d.{name} = ?" for name in given)])
        return self._typed(
            FileRow,
            "select f.*, d.source, d.delivery_date, d.status as delivery_status, d.acceptance_seq, d.entry_seq"
            f" from deliveries d join delivery_files f using (delivery_id) where {where}"
            " order by d.delivery_date, d.acceptance_seq is null, d.acceptance_seq, d.entry_seq, f.file_name",
            *given.values(),
        )

    def in_force(self, as_of: date) -> list[DeliveryRow]:
        """The accepted deliveries up to a date in delivery order. The state of the warehouse depends on these only."""
        return self._typed(
            DeliveryRow,
            "select * from deliveries where status = 'accepted' and delivery_date <= ?"
            " order by delivery_date, acceptance_seq",
            as_of.isoformat(),
        )

    def newest_deliveries(self, as_of: date) -> list[NewestRow]:
        """The newest accepted or replayed delivery of each source up to a date: how fresh the source is."""
        return self._typed(
            NewestRow,
            "select source, delivery_id, max(delivery_date) as delivery_date from deliveries"
            " where status in ('accepted', 'replayed') and delivery_date <= ? group by source",
            as_of.isoformat(),
        )

    def regions_of(self, delivery_ids: Iterable[str]) -> list[FileRow]:
        """The accepted files of these deliveries."""
        wanted = set(delivery_ids)
        return [
            file for file in self.files() if file["delivery_id"] in wanted and file["status"] == DeliveryStatus.ACCEPTED
        ]

    def record_unread(self, load_id: str, path: str, code: str, reason_id: str, reason_en: str) -> None:
        """Record a path in the landing that is not a delivery (ruling 14), once per load."""
        self._connection.execute(
            "insert or ignore into unread values (?, ?, ?, ?, ?)", (load_id, path, code, reason_id, reason_en)
        )

    def forget_unread(self, load_id: str) -> None:
        """Delete a load's record of what it did not read, before it looks again."""
        self._connection.execute("delete from unread where load_id = ?", (load_id,))

    # fingerprints ---------------------------------------------------------------------------------------------------

    def known_fingerprint(self, path: Path, state: tuple[int, int]) -> str | None:
        """The SHA-256 of a file in the landing, if it was computed in this state (`assets.intake.landing.state_of`)."""
        sql = "select sha256 from fingerprints where path = ? and bytes = ? and changed_ns = ?"
        found = self.rows(sql, str(path), *state)
        return found[0]["sha256"] if found else None

    def remember_fingerprint(self, path: Path, state: tuple[int, int], sha256: str) -> None:
        self._connection.execute(
            "insert or replace into fingerprints (path, bytes, changed_ns, sha256) values (?, ?, ?, ?)",
            (str(path), *state, sha256),
        )

    # loads ----------------------------------------------------------------------------------------------------------

    def open_load(self, as_of: date, code_version: str) -> str:
        """Open a load; its id is the as-of date and a counter."""
        with self.transaction():
            day = f"{as_of:%Y%m%d}"
            number = self.rows("select count(*) as n from loads where load_id like ?", f"{day}-%")[0]["n"] + 1
            load_id = f"{day}-{number:03d}"
            published = self.published_load()
            self._insert(
                "loads",
                {
                    "load_id": load_id,
                    "as_of_date": as_of.isoformat(),
                    "state": LoadState.OPEN,
                    "load_seq": self._next("loads", "load_seq"),
                    "started_at": now(),
                    "previous_load_id": published["load_id"] if published else None,
                    "fingerprint": "",
                    "code_version": code_version,
                },
            )
        return load_id

    def set_state(self, load_id: str, state: LoadState, reason: str | None = None) -> None:
        """Set a load's state. `published` supersedes the load that was published before, in the same transaction.

        Raises:
            ValueError: no such state.
        """
        state = LoadState(state)
        with self.transaction():
            if state is LoadState.PUBLISHED:
                self._connection.execute(
                    "update loads set state = 'superseded' where state = 'published' and load_id <> ?",
                    (load_id,),
                )
                self._connection.execute("insert or ignore into publications values (?)", (load_id,))
                self._mark_withdrawn_loads()
            self._connection.execute(
                "update loads set state = ?, reason = coalesce(?, reason), finished_at = ? where load_id = ?",
                (state, reason, now(), load_id),
            )

    def record_load_deliveries(self, load_id: str, delivery_ids: Iterable[str], fingerprint: str) -> None:
        """Record the deliveries that a load is built from, and the fingerprint of them and the code."""
        with self.transaction():
            self._connection.execute("delete from load_deliveries where load_id = ?", (load_id,))
            self._connection.executemany(
                "insert into load_deliveries values (?, ?)",
                [(load_id, delivery_id) for delivery_id in delivery_ids],
            )
            self._connection.execute("update loads set fingerprint = ? where load_id = ?", (fingerprint, load_id))

    def load_deliveries(self, load_id: str) -> list[DeliveryRow]:
        """The deliveries that a load was built from, with their current status, in delivery order."""
        return self._typed(
            DeliveryRow,
            "select d.* from load_deliveries join deliveries d using (delivery_id) where load_deliveries.load_id = ?"
            " order by d.delivery_date, d.acceptance_seq",
            load_id,
        )

    def _mark_withdrawn_loads(self) -> None:
        """Mark loads with a withdrawn delivery that readers do not see, so that `rollback` does not return to them."""
        self._connection.execute(
            "update loads set state = 'withdrawn' where state in ('superseded', 'rolled_back', 'rejected') and exists ("
            " select 1 from load_deliveries join deliveries using (delivery_id)"
            " where load_deliveries.load_id = loads.load_id and deliveries.status = 'withdrawn')"
        )

    def load(self, load_id: str) -> LoadRow | None:
        found = self._typed(LoadRow, "select * from loads where load_id = ?", load_id)
        return found[0] if found else None

    def loads(self) -> list[LoadRow]:
        """All loads in the order in which they were opened, whatever their as-of dates and the clock."""
        return self._typed(LoadRow, "select * from loads order by load_seq")

    def published_load(self) -> LoadRow | None:
        """The load that readers see; "yesterday" refers to it."""
        found = self._typed(LoadRow, "select * from loads where state = 'published'")
        return found[0] if found else None

    def ever_published(self) -> list[str]:
        """Every load that was ever published, in order, including those rolled back or withdrawn later."""
        recorded = {row["load_id"] for row in self.rows("select load_id from publications")}
        seen = (LoadState.PUBLISHED, LoadState.SUPERSEDED, LoadState.ROLLED_BACK, LoadState.DAMAGED)
        return [row["load_id"] for row in self.loads() if row["state"] in seen or row["load_id"] in recorded]

    def fail_interrupted(self) -> list[str]:
        """Set loads that a dead process left unfinished to `failed`. The caller must hold HOME's lock."""
        unfinished = [row["load_id"] for row in self.loads() if row["state"] in UNFINISHED]
        for load_id in unfinished:
            self.set_state(load_id, LoadState.FAILED, reason="interrupted")
        return unfinished

    # decisions ------------------------------------------------------------------------------------------------------

    def decide(self, action: str, subject: str, by: str | None, reason: str | None) -> None:
        """Record a person's decision."""
        self._insert("decisions", {"at": now(), "action": action, "subject": subject, "by": by, "reason": reason})

    def record_alerts(self, kind: str, subjects: Iterable[str]) -> None:
        """Record that an alert of a kind was sent about these subjects."""
        self._connection.executemany(
            "insert or ignore into alerts values (?, ?, ?)", [(kind, subject, now()) for subject in subjects]
        )

    def alerted(self, kind: str) -> set[str]:
        """The subjects of all alerts of a kind that were sent."""
        return {row["subject"] for row in self.rows("select subject from alerts where kind = ?", kind)}

    def decisions(self) -> list[DecisionRow]:
        return self._typed(DecisionRow, "select * from decisions order by decision_id")
