"""Identity is one list of steps, and two runners go through it.

A `Step` makes one table. `run_all` makes every table from scratch, in the database `kept`. `run_changed` brings `kept`
up to date after a night: of a table that is kept it makes only the rows with the keys that `touched` finds, compares
them with the kept ones, and replaces those that differ. A `Shadow` is for `run_changed` alone: a table in memory of
which rows are touched, or a small one that hides the kept table of its name until it is dropped, so that the steps
after it see a small province.
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
"""As `touched`: the table is small, and made whole each time."""


@dataclass
class Run:
    """One run of identity. connection: with tonight's mentions attached (`mentions.attach`). at: its moment, ISO 8601.
    generation: how many runs that changed ids came before, and one; it orders events.
    """

    connection: duckdb.DuckDBPyConnection
    model: Model
    load_id: str = ""
    at: str = ""
    generation: int = 0

    def execute(self, sql: str) -> duckdb.DuckDBPyConnection:
        """Execute one statement, or several that take no parameters. Parameters (`$name`) are the run's."""
        given: dict[str, Any] = {
            "link": self.model.link, "ask": self.model.ask, "margin": self.model.margin,
            "words": str(self.model.words), "unseen_word": self.model.unseen_word,
            "load_id": self.load_id, "at": self.at, "generation": self.generation,
        }  # fmt: skip
        named = {name: given[name] for name in re.findall(r"\$([a-z_]+)", sql)}
        return self.connection.execute(sql, named or None)


@dataclass(frozen=True)
class Step:
    """A table, and how it is made.

    sql: a query, or a function that makes the table where SQL cannot. reads: the tables that it reads.
    key, touched: of a table that is kept, SQL of what names its rows, and a query of the keys (column `key`) whose rows
    tonight may change, or `EVERY`. In `sql`, `touched.x` is of a table x only the rows with these keys (x has such a
    column); all rows in `run_all`. `run_changed` leaves the tables `<name>_old`, `<name>_new` (rows with touched keys,
    before and after) and `<name>_changed` (key: of rows that differ).
    changed: a function that makes the touched rows in `run_changed`, where it takes another way than `sql`.
    also: other tables that a function makes. passing: columns that only `run_all` has, while it runs. kept: if not, the
    table is only for the next steps, and `run_changed` makes the rows with touched keys alone.
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
        """Make `<name>_touched` (key). Returns SQL of what rows with these keys meet (nothing if all are touched), and
        how many keys there are.
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
    """A table in memory that only `run_changed` makes. sql: a query, or a function that makes it."""

    name: str
    sql: str | Callable[[Run], None]

    def run_all(self, run: Run) -> None:
        """Nothing: all rows are in the tables themselves."""

    def run_changed(self, run: Run) -> None:
        if callable(self.sql):
            self.sql(run)
        else:
            shadow(run.connection, self.name, self.sql)


@dataclass(frozen=True)
class Unshadow:
    """What lies in memory is dropped, so that the kept tables of these names are seen again."""

    names: tuple[str, ...]

    def run_all(self, run: Run) -> None:
        """Nothing: nothing was shadowed."""

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
    """`sql(name, **names)`: the text of the file `<name>.sql` beside a module. names: SQL that stands in for names in
    it, where one file serves several steps.
    """

    def sql(name: str, **names: str) -> str:
        text = _read(Path(module).with_name(f"{name}.sql"))
        return re.sub(r"\bthis_\w+?(?=_|\b)", lambda found: names[found[0]], text) if names else text

    return sql


@cache
def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8").strip()


def shadow(connection: duckdb.DuckDBPyConnection, table: str, rows: str) -> int:
    """Make a table in memory, of a query. Returns how many rows it has."""
    return connection.execute(f"create or replace table memory.{table} as {rows}").fetchall()[0][0]


def unshadow(connection: duckdb.DuckDBPyConnection, *tables: str) -> None:
    """Drop tables in memory."""
    for table in tables:
        connection.execute(f"drop table if exists memory.{table}")


def replace(connection: duckdb.DuckDBPyConnection, table: str, old: str, new: str) -> None:
    """In `kept`, replace the rows that meet a condition by those of a query."""
    connection.execute(f"delete from kept.{table} where {old}")
    connection.execute(f"insert into kept.{table} by name {new}")


def _of_touched(sql: str, rows: str = "") -> str:
    """A step's SQL with `touched.x` as the rows of x that meet a condition; without one, all of them."""
    return re.sub(r"\btouched\.(\w+)", rf"(select * from \1 where {rows})" if rows else r"\1", sql)
