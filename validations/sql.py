"""SQL as text: values and names for statements without parameters, and results that always have a row."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Protocol


class Answer(Protocol):
    """Query result of DuckDB, SQLite or PostgreSQL."""

    def fetchone(self) -> tuple[Any, ...] | None: ...


def literal(value: Path | str) -> str:
    """A path or a text as an SQL string."""
    return "'" + str(value).replace("'", "''") + "'"


def pattern(folder: Path | str, files: str) -> str:
    """The files of a folder that match a pattern, as an SQL string; wildcards (`[`, `*`, `?`) in the folder's own name
    are escaped.
    """
    return literal(Path(re.sub(r"([\[*?])", r"[\1]", str(folder))) / files)


def identifier(name: str) -> str:
    """The quoted name of a column, table or database."""
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
