"""Identity is one list of steps with two runners.

A `Step` makes one table. `run_all` makes every table from scratch in the database `kept`. `run_changed` is incremental:
for each kept table it makes only the rows whose keys `touched` finds, compares them with the kept rows, and replaces
those that differ. A `Shadow` is used by `run_changed` only: a table in memory that lists touched rows, or a small table
that hides the kept table of the same name until it is dropped, so that the following steps read only the rows they
need.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from assets.identity.model import Model
from assets.identity.tables import differing

EVERY = "every row"
"""Value of `touched` for a small table: make all of its rows each time."""


@dataclass
class Run:
    """One run of identity. connection: with tonight's mentions attached (`mentions.attach`). at: time of the run, ISO
    8601. generation: one more than the number of earlier runs that changed ids; it orders events.
    """

    connection: duckdb.DuckDBPyConnection
    model: Model
    load_id: str = ""
    at: str = ""
    generation: int = 0

    def execute(self, sql: str) -> duckdb.DuckDBPyConnection:
        """Execute one statement, or several that take no parameters. Parameters (`$name`) are filled from the run."""
        given: dict[str, Any] = {
            "link": self.model.link, "ask": self.model.ask, "margin": self.model.margin,
            "words": str(self.model.words), "unseen_word": self.model.unseen_word,
            "load_id": self.load_id, "at": self.at, "generation": self.generation,
        }  # fmt: skip
        named = {name: given[name] for name in re.findall(r"\$([a-z_]+)", sql)}
        return self.connection.execute(sql, named or None)


@dataclass(frozen=True)
class Step:
    """A table and how to make it.

    sql: a query, or a function that makes the table where SQL cannot. reads: the tables that it reads.
    key, touched: for a kept table, the SQL expression that identifies its rows, and a query of the keys (column `key`)
    whose rows tonight may change, or `EVERY`. In `sql`, `touched.x` stands for the rows of table x with these keys (x
    must have the columns of `key`), and for all rows in `run_all`. `run_changed` leaves the tables `<name>_old` and
    `<name>_new` (rows with touched keys, before and after) and `<name>_changed` (key: of rows that differ).
    changed: a function that makes the touched rows in `run_changed`, if it needs another method than `sql`.
    also: other tables that a function makes. passing: columns that exist only during `run_all`. kept: if false, the
    table serves only the following steps, and `run_changed` makes only the rows with touched keys.
    """

    name: str
    reads: tuple[str, ...]
    sql: str | Callable[[Run], None]
    key: str = ""
    touched: str = ""
    changed: Callable[[Run], None] | None = None
    also: tuple[str, ...] = ()
    passing: tuple[str, ...] = ()
    kept: bool = True

    def run_all(self, run: Run) -> None:
        if callable(self.sql):
            self.sql(run)
        else:
            run.execute(f"create or replace table {self.name} as {_of_touched(self.sql)}")

    def run_changed(self, run: Run) -> None:
        make, replaces = self.changed or self.sql, self.touched and self.kept
        name = f"{self.name}_new" if replaces else self.name
        if callable(make):
            make(run)
            if replaces:
                shadow(run.connection, name, f"from memory.{self.name}")
                unshadow(run.connection, self.name)
        rows, found = self._find_touched(run) if self.touched else ("", 1)
        if not callable(make):
            nothing = replaces and not found and "touched." in make  # planning the query costs more than this
            sql = f"from kept.{self.name} limit 0" if nothing else _of_touched(make, rows)
            run.execute(f"create or replace table memory.{name} as {sql}")
        if replaces:
            self._replace(run.connection, rows)

    def _find_touched(self, run: Run) -> tuple[str, int]:
        """Make `<name>_touched` (key). Returns the SQL condition that selects rows with these keys (empty if all are
        touched), and the number of keys.
        """
        if self.touched == EVERY:
            return "", 1
        query = f"select distinct key from ({self.touched}) where key is not null"
        found = shadow(run.connection, f"{self.name}_touched", query)
        return f"{self.key} in (select key from {self.name}_touched)", found

    def _replace(self, connection: duckdb.DuckDBPyConnection, rows: str) -> None:
        """Replace the touched rows that differ in `kept`."""
        name, columns = self.name, f"* exclude ({', '.join(self.passing)})" if self.passing else "*"
        shadow(connection, f"{name}_old", f"from kept.{name} where {rows or 'true'}")
        found = differing(f"{name}_old", f"(select {columns} from {name}_new)")
        changed = f"{self.key} in (select key from {name}_changed)"
        if shadow(connection, f"{name}_changed", f"select distinct {self.key} as key from {found}"):
            replace(connection, name, changed, f"select {columns} from {name}_new where {changed}")


@dataclass(frozen=True)
class Shadow:
    """A table in memory that only `run_changed` makes. sql: a query, or a function that makes the table."""

    name: str
    sql: str | Callable[[Run], None]

    def run_all(self, run: Run) -> None:
        """Do nothing: the tables themselves hold all rows."""

    def run_changed(self, run: Run) -> None:
        if callable(self.sql):
            self.sql(run)
        else:
            shadow(run.connection, self.name, self.sql)


@dataclass(frozen=True)
class Unshadow:
    """Drops tables in memory, so that the kept tables of these names become visible again."""

    names: tuple[str, ...]

    def run_all(self, run: Run) -> None:
        """Do nothing: nothing was shadowed."""

    def run_changed(self, run: Run) -> None:
        unshadow(run.connection, *self.names)


Steps = Sequence[Step | Shadow | Unshadow]


def run_all(run: Run, steps: Steps) -> None:
    """Make every table from scratch."""
    for step in steps:
        step.run_all(run)
    for step in steps:
        if isinstance(step, Step):
            for column in step.passing:
                run.execute(f"alter table {step.name} drop column {column}")


def run_changed(run: Run, steps: Steps) -> None:
    """Re-resolve only the records that tonight's changes can affect. New tables go into memory, where names are looked
    up before `kept`.
    """
    for step in steps:
        step.run_changed(run)


def queries(module: str) -> Callable[..., str]:
    """Returns the function `sql(name, **names)`, which reads the file `<name>.sql` next to a module. names: SQL that
    replaces placeholders (`this_...`) in the file, where one file serves several steps.
    """

    def sql(name: str, **names: str) -> str:
        text = _read(Path(module).with_name(f"{name}.sql"))
        return re.sub(r"\bthis_\w+?(?=_|\b)", lambda found: names[found[0]], text) if names else text

    return sql


@cache
def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8").strip()


def shadow(connection: duckdb.DuckDBPyConnection, table: str, rows: str) -> int:
    """Make a table in memory from a query. Returns its number of rows."""
    return connection.execute(f"create or replace table memory.{table} as {rows}").fetchall()[0][0]


def unshadow(connection: duckdb.DuckDBPyConnection, *tables: str) -> None:
    """Drop tables in memory."""
    for table in tables:
        connection.execute(f"drop table if exists memory.{table}")


def replace(connection: duckdb.DuckDBPyConnection, table: str, old: str, new: str) -> None:
    """In `kept`, replace the rows that meet a condition with the rows of a query."""
    connection.execute(f"delete from kept.{table} where {old}")
    connection.execute(f"insert into kept.{table} by name {new}")


def _of_touched(sql: str, rows: str = "") -> str:
    """Replace `touched.x` in a step's SQL with the rows of x that meet a condition; without one, with all rows."""
    return re.sub(r"\btouched\.(\w+)", rf"(select * from \1 where {rows})" if rows else r"\1", sql)
