"""SQL as text: values and names for statements that take no parameters, and answers that have a row for certain."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Protocol


class Answer(Protocol):
    """What DuckDB, SQLite and PostgreSQL give back for a query."""

    def fetchone(self) -> tuple[Any, ...] | None: ...


def literal(value: Path | str) -> str:
    """A path or a text as an SQL string."""
    return "'" + str(value).replace("'", "''") + "'"


def pattern(folder: Path | str, files: str) -> str:
    """The files of a folder that fit a pattern, as an SQL string: what stands for itself in the folder's own name (`[`,
    `*`, `?`) goes on doing so.
    """
    return literal(Path(re.sub(r"([\[*?])", r"[\1]", str(folder))) / files)


def identifier(name: str) -> str:
    """The name of a column, table or database, of whatever characters."""
    return '"' + name.replace('"', '""') + '"'


def row(answer: Answer) -> tuple[Any, ...]:
    """The first row of a query that always has one, such as an aggregate.

    Raises:
        LookupError: it has none.
    """
    found = answer.fetchone()
    if found is None:
        raise LookupError("the query has no row")
    return found


def value(answer: Answer) -> Any:
    """The first column of that row."""
    return row(answer)[0]
