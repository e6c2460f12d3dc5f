"""What the pages of a paged answer say together: whether a record is on two of them, and how far they reach in time."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from assets.pull.outcome import PullFailed
from assets.pull.patience import Transient
from validations.limits import JSON_LEVELS, too_deep
from validations.sql import value

MOST_PAGES = 9999
"""Pages are read in the order of their names, which have four digits."""
_BATCH = 32
_LEGIBLE = "(select try(decode(content)) as page from read_blob($batch)) where json_valid(page)"
"""What is no JSON holds no rows: loads refuse it too."""


class Shifted(Exception):  # noqa: N818 -- not our error
    """The data changed while it was fetched, so that the pages are no whole."""


def page_name(name: str, number: int) -> str:
    """The file of a page.

    Raises:
        PullFailed: more pages than can be named.
    """
    if number > MOST_PAGES:
        raise PullFailed(f"the answer has more than {MOST_PAGES} pages: ask for larger ones")
    return f"{name}_p{number:04}.json"


def document(content: bytes) -> dict[str, Any]:
    """An answer as the object it must be.

    Raises:
        PullFailed: it is nested deeper than JSON may be.
        Transient: it is cut off, or no JSON object at all: servers say so much under load.
    """
    if too_deep(content):
        raise PullFailed(f"the server's answer is nested more than {JSON_LEVELS} levels deep")
    try:
        read = json.loads(content)
    except ValueError:
        read = None
    if not isinstance(read, dict):
        raise Transient("the server's answer is no whole JSON object")
    return read


def repeated(pages: Sequence[Path], rows: str, key: str) -> int:
    """How many rows have a key that a row before has: `rows` names the list of rows, `key` the key in them.

    Raises:
        PullFailed: a page cannot be read.
    """
    with _reading() as connection:
        connection.execute("create table seen (key varchar)")
        for batch in _batches(pages):
            connection.execute(
                "insert into seen select unnest(json_extract_string(content, $path)) from read_text($batch)",
                {"path": f'$."{rows}"[*]."{key}"', "batch": batch},
            )
        return value(connection.execute("select count(key) - count(distinct key) from seen"))


def latest(pages: Sequence[Path], rows: str, fields: tuple[str, ...]) -> int | None:
    """The latest instant in a (nested) field of all rows, in microseconds since 1970; None if there is none."""
    path = f'$."{rows}"[*]' + "".join(f'."{field}"' for field in fields)
    with _reading() as connection:
        found = [
            value(
                connection.execute(
                    "select max(epoch_us(try_cast(stated as timestamptz))) from"
                    f" (select unnest(json_extract_string(page, $path)) as stated from {_LEGIBLE})",
                    {"path": path, "batch": batch},
                )
            )
            for batch in _batches(pages)
        ]
    return max((instant for instant in found if instant is not None), default=None)


def unseen(pages: Sequence[Path], landed: Sequence[Path], rows: str, facts: Sequence[str]) -> int:
    """How many rows of these pages say something that no row of the landed ones says: `facts` are JSON pointers.

    Raises:
        PullFailed: a page cannot be read.
    """
    with _reading() as connection:
        for table, files in (("said", landed), ("fetched", pages)):
            connection.execute(f"create table {table} (facts varchar[])")
            for batch in _batches(files):
                connection.execute(
                    f"insert into {table} select json_extract_string(line, $facts) from"
                    f" (select unnest(json_extract(page, $path)) as line from {_LEGIBLE})",
                    {"facts": list(facts), "path": f'$."{rows}"[*]', "batch": batch},
                )
        return value(connection.execute("select count(*) from fetched anti join said using (facts)"))


def _batches(pages: Sequence[Path]) -> Iterator[list[str]]:
    """So many files at once: they are held in memory."""
    for start in range(0, len(pages), _BATCH):
        yield [str(page) for page in pages[start : start + _BATCH]]


@contextmanager
def _reading() -> Generator[duckdb.DuckDBPyConnection]:
    """A database to read pages with. What it says of a page could quote it: only its kind is passed on."""
    try:
        with duckdb.connect() as connection:
            yield connection
    except duckdb.Error as error:
        raise PullFailed(f"the pages cannot be read ({type(error).__name__})") from None
