"""Compare two publications row by row: which tables differ, and by how many rows.

    python -m benchmarks.compare_publications HOME OTHER_HOME
    python -m benchmarks.compare_publications one/warehouse.duckdb other/warehouse.duckdb

For a HOME, the published warehouse and the newest quality file are compared. Rows are compared as multisets, in all
columns except those that depend on the time or code of a load (`VARYING`). Exit code 1 if any table differs.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb
from rich.console import Console

from assets.home import Home
from validations.sql import literal

SCHEMAS = ("marts", "reference", "quality")
VARYING = {
    "started_at": "the clock",
    "loaded_at": "the clock",
    "happened_at": "the clock",
    "finished_at": "the clock",
    "decided_at": "the clock",
    "code_version": "a digest of the code",
}
"""Column -> what it depends on besides data."""


@dataclass(frozen=True)
class Difference:
    """The difference of a table between two publications. only_a, only_b: number of rows in only one. note: why rows
    could not be compared; empty if they were.
    """

    table: str
    rows: int
    only_a: int = 0
    only_b: int = 0
    note: str = ""

    def __bool__(self) -> bool:
        return bool(self.only_a or self.only_b or self.note)


def compare(one: Path, other: Path) -> list[Difference]:
    """Compare every table of `SCHEMAS` in two database files, in the order of their names.

    Raises:
        duckdb.Error: a file cannot be read.
    """
    with duckdb.connect() as connection:
        for name, path in (("a", one), ("b", other)):
            connection.execute(f"attach {literal(path)} as {name} (read_only)")
        tables_a, tables_b = (_tables(connection, name) for name in "ab")
        return [
            _compare_table(connection, table, tables_a.get(table), tables_b.get(table))
            for table in sorted(tables_a.keys() | tables_b.keys())
        ]


def _tables(connection: duckdb.DuckDBPyConnection, database: str) -> dict[str, dict[str, str]]:
    """Table -> its columns with their types."""
    found: dict[str, dict[str, str]] = {}
    columns = connection.execute(
        "select schema_name || '.' || table_name, column_name, data_type from duckdb_columns()"
        " where database_name = ? and schema_name in (select unnest(?)) order by all",
        [database, list(SCHEMAS)],
    ).fetchall()
    for table, column, kind in columns:
        found.setdefault(table, {})[column] = kind
    return found


def _compare_table(
    connection: duckdb.DuckDBPyConnection, table: str, in_a: dict[str, str] | None, in_b: dict[str, str] | None
) -> Difference:
    if in_a is None or in_b is None:
        return Difference(table, 0, note="only in the second" if in_a is None else "only in the first")
    if in_a != in_b:
        differing = sorted({column for column, _ in in_a.items() ^ in_b.items()})
        return Difference(table, 0, note=f"columns differ: {', '.join(differing)}")
    columns = ", ".join(f'"{column}"' for column in in_a if column not in VARYING) or "null"
    rows = connection.execute(f"select count(*) from a.{table}").fetchall()[0][0]
    only_a, only_b = (
        connection.execute(
            f"select count(*) from (select {columns} from {x}.{table} except all select {columns} from {y}.{table})"
        ).fetchall()[0][0]
        for x, y in ("ab", "ba")
    )
    return Difference(table, rows, only_a, only_b)


def files(publication: Path) -> list[Path]:
    """The database files to compare: for a HOME the published warehouse and the newest quality file, else the file."""
    if publication.is_file():
        return [publication]
    home = Home(publication)
    return [home.root / "published" / "current.duckdb", home.root / "quality" / "current.duckdb"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("one", type=Path, help="a HOME, or a database file")
    parser.add_argument("other", type=Path, help="what it is compared with, of the same kind")
    arguments = parser.parse_args()
    console, differ = Console(width=120), False
    for one, other in zip(files(arguments.one), files(arguments.other), strict=True):
        for found in compare(one, other):
            differ = differ or bool(found)
            difference = found.note or f"{found.only_a:,} only in the first, {found.only_b:,} only in the second"
            console.print(f"{found.table}: {f'DIFFERS, {difference}' if found else f'equal, {found.rows:,} rows'}")
    sys.exit(1 if differ else 0)


if __name__ == "__main__":
    main()
