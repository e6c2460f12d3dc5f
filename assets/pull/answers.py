"""What the pages of a paged answer say together: whether a record is on two of them, and how far they reach in time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from assets.pull.outcome import PullFailed
from assets.pull.patience import Transient

MOST_PAGES = 9999
"""Pages are read in the order of their names, which have four digits."""
_BATCH = 32


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
        Transient: it is cut off, or no JSON object at all: servers say so much under load.
    """
    try:
        read = json.loads(content)
    except ValueError:
        read = None
    if not isinstance(read, dict):
        raise Transient("the server's answer is no whole JSON object")
    return read


def repeated(pages: Sequence[Path], rows: str, key: str) -> int:
    """How many rows have a key that a row before has: `rows` names the list of rows, `key` the key in them."""
    with duckdb.connect() as connection:
        connection.execute("create table seen (key varchar)")
        for start in range(0, len(pages), _BATCH):
            connection.execute(
                "insert into seen select unnest(json_extract_string(content, $path)) from read_text($files)",
                {"path": f'$."{rows}"[*]."{key}"', "files": [str(page) for page in pages[start : start + _BATCH]]},
            )
        return connection.execute("select count(key) - count(distinct key) from seen").fetchone()[0]


def latest(pages: Sequence[Path], rows: str, fields: tuple[str, ...]) -> int | None:
    """The latest instant in a (nested) field of all rows, in microseconds since 1970; None if there is none."""
    path = f'$."{rows}"[*]' + "".join(f'."{field}"' for field in fields)
    found = None
    with duckdb.connect() as connection:
        for start in range(0, len(pages), _BATCH):
            (newest,) = connection.execute(
                "select max(epoch_us(try_cast(stated as timestamptz))) from"
                " (select unnest(json_extract_string(content, $path)) as stated from read_text($files)"
                "  where json_valid(content))",
                {"path": path, "files": [str(page) for page in pages[start : start + _BATCH]]},
            ).fetchone()
            found = max(filter(lambda one: one is not None, (found, newest)), default=None)
    return found
