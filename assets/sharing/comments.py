"""Writes the meanings of tables and columns as comments into the published file, from which every medium reads them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb

from assets.sharing.dictionary import Described
from validations.sql import literal


def write_comments(warehouse: Path, tables: Iterable[Described]) -> int:
    """Comment on every table and column in one transaction: Indonesian on the first line, English on the second.

    Call it after all tables are built and before the file is sealed. Returns the number of comments.

    Raises:
        duckdb.Error: a described table or column was not built.
    """
    statements = [statement for table in tables for statement in _statements(table)]
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(";\n".join(["begin", *statements, "commit"]))
    return len(statements)


def _statements(table: Described) -> Iterator[str]:
    yield f"comment on table {table.name} is {literal(table.meaning.comment)}"
    for column in table.columns:
        yield f'comment on column {table.name}."{column.name}" is {literal(column.meaning.comment)}'
