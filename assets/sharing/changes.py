"""What changed in the rows of an agency's extract since its earlier one: compares the Parquet files of both by table.

The numbers are exact. They are for the agency, which has those rows, and must not be shown to others.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal

import duckdb

from assets.home import Home
from assets.seal import seen_before
from assets.sharing.agreement import Agreement, Table
from assets.sharing.catalogue import knowledge, shown_as
from assets.sharing.extracts import damage_among, read_manifest
from assets.sharing.released import keys
from assets.sharing.share import MEMORY_LIMIT
from validations.sql import identifier, literal, row

_OF_DELIVERIES = re.compile(r"(^|_)(load_id|delivery_id|delivery_date|file_name|row_number)(_[ab])?$")
"""Columns that change with each load or delivery, though the record in the row is the same."""

Earlier = Literal["first", "absent", "damaged", "compared"]
State = Literal["by_key", "whole", "added", "left", "rotated", "damaged"]


@dataclass(frozen=True)
class TableChanges:
    """The changes of one table.

    title: the worksheet's name; None if the agreement no longer has the table. state: how it was compared, or why not:
    `by_key`; `whole`, if the agency does not see the key in both extracts, so a changed row counts as gone and new;
    `added` to or `left` the agreement; `rotated`, if the key has pseudonyms of another key version; `damaged`, if the
    earlier files are. rows, before: number of rows now and earlier. new, gone, changed: rows; None if not known.
    columns_added, columns_left: only in one extract; columns_differ: shown in another way or of another type. None of
    them is compared. conditions_differ: the agreement now chooses rows by other conditions.
    """

    table: str
    title: str | None
    state: State
    rows: int | None = None
    before: int | None = None
    new: int | None = None
    gone: int | None = None
    changed: int | None = None
    columns_added: tuple[str, ...] = ()
    columns_left: tuple[str, ...] = ()
    columns_differ: tuple[str, ...] = ()
    conditions_differ: bool = False


@dataclass(frozen=True)
class Changes:
    """state: `compared`; or why not: it is the `first` extract, the earlier load has none (`absent`), or its manifest
    is `damaged`. load_id, as_of: of the earlier extract, as far as known. tables: in the agreement's order, then those
    that left it.
    """

    state: Earlier
    load_id: str | None = None
    as_of: date | None = None
    tables: tuple[TableChanges, ...] = ()


@dataclass(frozen=True)
class _Before:
    """The earlier extract, from its manifest. tables: as of `assets.sharing.extracts.served`. parts: its Parquet files
    with number of rows and checksum.
    """

    folder: Path
    as_of: date
    pseudonym_version: int
    tables: dict[str, dict[str, Any]]
    parts: list[dict[str, Any]]

    @classmethod
    def read(cls, folder: Path) -> _Before | None:
        """None if there is no extract.

        Raises:
            OSError, ValueError, KeyError, TypeError: its manifest is damaged.
        """
        manifest = read_manifest(folder)
        if manifest is None:
            return None
        tables = {
            name: {"rows": table["rows"], "columns": dict(table["columns"])}
            for name, table in manifest["tables"].items()
        }
        parts = [
            file | {"rows": int(file["rows"])} for file in manifest["files"] if file["path"].startswith("parquet/")
        ]
        return cls(folder, date.fromisoformat(manifest["as_of_date"]), manifest["pseudonym_version"], tables, parts)

    def parts_of(self, name: str) -> list[dict[str, Any]]:
        return [part for part in self.parts if part["path"].startswith(_paths(name))]

    def count(self, name: str) -> int:
        return sum(part["rows"] for part in self.parts_of(name))

    def is_damaged(self, name: str) -> bool:
        try:
            return damage_among(self.folder, self.parts_of(name)) is not None
        except (OSError, KeyError):
            return True


def changes_of(home: Home, load_id: str, agreement: Agreement, folder: Path) -> Changes:
    """Compare the extract that is being written in `folder` with the one of the load that readers see until then; if
    that is this load, with the newest extract before it.

    Raises:
        OSError, duckdb.Error: this extract cannot be read, or there is no space. An earlier extract that is absent or
            damaged is a state, not an error.
    """
    earlier = seen_before(home, load_id, f"extracts/{agreement.agency}/manifest.json")
    if earlier is None:
        return Changes("first")
    try:
        before = _Before.read(home.extract(earlier, agreement.agency))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Changes("damaged", earlier)
    if before is None:
        return Changes("absent", earlier)
    known = keys(table.table for table in agreement.tables)
    with tempfile.TemporaryDirectory(dir=folder) as spill, duckdb.connect() as connection:
        connection.execute(f"set memory_limit = '{MEMORY_LIMIT}'; set temp_directory = {literal(spill)}")
        connection.execute("set preserve_insertion_order = false")
        both = _Both(connection, agreement, folder, before)
        found = [both.changes(table, known[table.table]) for table in agreement.tables]
    there = {table.table for table in agreement.tables}
    left = [_left(name, before) for name in before.tables if name not in there]
    return Changes("compared", earlier, before.as_of, (*found, *left))


def _paths(name: str) -> tuple[str, str]:
    """How the paths of a table's Parquet files begin in an extract."""
    return f"parquet/{name}/", f"parquet/{name}.parquet"


def _left(table: str, before: _Before) -> TableChanges:
    return TableChanges(table, None, "left", before=before.count(table.partition(".")[2]))


@dataclass(frozen=True)
class _Both:
    """This extract and the earlier one. Values are compared by a hash of 64 bits: a join of wide tables with two
    million rows needs more than the memory limit.
    """

    connection: duckdb.DuckDBPyConnection
    agreement: Agreement
    folder: Path
    before: _Before

    def changes(self, table: Table, key: Sequence[str]) -> TableChanges:
        """The changes of one table. key: by its contract; empty if that is not known."""
        now = sorted(path for start in _paths(table.name) for path in self.folder.glob(_glob(start)))
        rows = self._view("now_", now)
        if table.table not in self.before.tables:
            return TableChanges(table.table, table.title, "added", rows)
        known = self._known(table, rows)
        if self._rotated and any(name in table.columns and table.columns[name].kind == "pseudonym" for name in key):
            return replace(known, state="rotated")
        if self.before.is_damaged(table.name):
            return replace(known, state="damaged")
        if not known.rows or not known.before:  # then a table that is split by place has no file
            return replace(known, state="by_key", new=known.rows, gone=known.before, changed=0)
        try:
            self._view("before_", [self.before.folder / part["path"] for part in self.before.parts_of(table.name)])
        except duckdb.IOException:  # removed since it was looked at
            return replace(known, state="damaged")
        return self._counted(table, key, known)

    def _known(self, table: Table, rows: int) -> TableChanges:
        """What the manifests say of a table in both."""
        then = self.before.tables[table.table]
        now, old = table.columns, then["columns"]
        return TableChanges(
            table.table,
            table.title,
            "damaged",
            rows,
            self.before.count(table.name),
            columns_added=tuple(name for name in now if name not in old),
            columns_left=tuple(name for name in old if name not in now),
            columns_differ=tuple(name for name in now if name in old and old[name] != str(now[name])),
            conditions_differ=then["rows"] != (table.conditions.stated() if table.conditions else "all"),
        )

    def _counted(self, table: Table, key: Sequence[str], known: TableChanges) -> TableChanges:
        """Count the rows of a table that has some in both."""
        types, old_types = (self._types(view) for view in ("now_", "before_"))
        same = [name for name in table.columns if name in old_types and name not in known.columns_differ]
        retyped = [name for name in same if types[name] != old_types[name]]
        known = replace(known, columns_differ=(*known.columns_differ, *retyped))
        same = [name for name in same if name not in retyped]
        compared = [name for name in same if self._has_meaning(table, name)]
        if key and all(name in same and table.columns[name].kind in ("clear", "pseudonym") for name in key):
            new, gone, changed = self._by_key(key, [name for name in compared if name not in key])
            return replace(known, state="by_key", new=new, gone=gone, changed=changed)
        new, gone = self._whole(compared) if compared else (None, None)
        return replace(known, state="whole", new=new, gone=gone)

    def _types(self, view: str) -> dict[str, str]:
        return {name: kind for name, kind, *_ in self.connection.execute(f"describe {view}").fetchall()}

    @property
    def _rotated(self) -> bool:
        return self.before.pseudonym_version != self.agreement.pseudonyms.version

    def _view(self, name: str, files: Sequence[Path]) -> int:
        """Create a view of Parquet files, and return its number of rows; 0 without files."""
        if not files:
            return 0
        listed = ", ".join(map(literal, files))
        source = f"read_parquet([{listed}], hive_partitioning = false)"
        self.connection.execute(f"create or replace temp view {name} as from {source}")
        return row(self.connection.execute(f"select count(*) from {name}"))[0]

    def _has_meaning(self, table: Table, column: str) -> bool:
        """Whether another value in a column means that the row changed."""
        mask = table.columns[column]
        return not (
            shown_as(table.table, column, mask) in ("rounded", "follows")
            or _OF_DELIVERIES.search(column)
            or column in knowledge()["by_day"].get(table.table, [])
            or (self._rotated and mask.kind == "pseudonym")
        )

    def _by_key(self, key: Sequence[str], compared: Sequence[str]) -> tuple[int, int, int]:
        """Numbers of rows with a new key, with a key that is gone, and with other values. A key may have nulls."""
        values = f"hash({_listed(compared)})" if compared else "0"
        now, before = (f"(select {_listed(key)}, {values} as values_ from {view})" for view in ("now_", "before_"))
        same_key = " and ".join(f"n.{identifier(name)} is not distinct from b.{identifier(name)}" for name in key)
        return row(
            self.connection.execute(
                "select count(*) filter (where b.values_ is null), count(*) filter (where n.values_ is null),"
                " count(*) filter (where n.values_ <> b.values_)"
                f" from {now} as n full join {before} as b on {same_key}"
            )
        )

    def _whole(self, compared: Sequence[str]) -> tuple[int, int]:
        """Numbers of rows of this extract without an equal one in the earlier, and the reverse; equal rows are paired
        one by one.
        """
        values = f"hash({_listed(compared)}) as values_"
        return row(
            self.connection.execute(
                "select coalesce(sum(more_) filter (where more_ > 0), 0)::bigint,"
                " coalesce(-sum(more_) filter (where more_ < 0), 0)::bigint from (select sum(side_) as more_ from"
                f" (select 1 as side_, {values} from now_ union all select -1, {values} from before_) group by values_)"
            )
        )


def _listed(columns: Sequence[str]) -> str:
    return ", ".join(map(identifier, columns))


def _glob(path: str) -> str:
    return f"{path}*.parquet" if path.endswith("/") else path
