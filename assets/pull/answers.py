"""Checks across the pages of a paged response: records on two pages, and the latest date."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from assets import answer_names
from assets.pull.outcome import LOG, Gathered, PullFailed
from assets.pull.patience import Transient
from assets.pull.workplace import Workplace
from validations.limits import JSON_LEVELS, too_deep
from validations.sql import value

_BATCH = 32
_LEGIBLE = "(select try(decode(content)) as page from read_blob($batch)) where json_valid(page)"
"""A page that is not JSON has no rows: loads refuse it too."""


class Shifted(Exception):  # noqa: N818 -- not an error of ours
    """The data changed while it was fetched, so that the pages are inconsistent."""


def page_name(name: str, number: int) -> str:
    """The file name of a page.

    Raises:
        PullFailed: there are more pages than names.
    """
    if number > answer_names.MOST_PAGES:
        raise PullFailed(f"the answer has more than {answer_names.MOST_PAGES} pages: request larger ones")
    return answer_names.page_name(name, number)


def consistently(begin_again: int, place: Workplace, attempt: Callable[[], Gathered]) -> Gathered:
    """The result of an attempt to fetch a whole answer, which begins again so often if the data changes meanwhile.

    Raises:
        PullFailed: it changed during every try; nothing is kept.
    """
    for left in range(begin_again, -1, -1):
        try:
            return attempt()
        except Shifted as shifted:
            LOG.info("%s; starting again, at most %d more times", shifted, left)
            place.discard()
    raise PullFailed(f"the data kept changing while it was fetched, {begin_again + 1} times in a row")


def document(content: bytes) -> dict[str, Any]:
    """Parse a response, which must be a JSON object.

    Raises:
        PullFailed: it is nested too deeply.
        Transient: it is cut off, or not a JSON object: servers under load answer so.
    """
    if too_deep(content):
        raise PullFailed(f"the server's answer is nested more than {JSON_LEVELS} levels deep")
    try:
        read = json.loads(content)
    except ValueError:
        read = None
    if not isinstance(read, dict):
        raise Transient("the server's answer is not a complete JSON object")
    return read


def repeated(pages: Sequence[Path], rows: str, key: str) -> int:
    """Number of rows whose key appeared in an earlier row. `rows` names the list of rows, `key` the key in them.

    Raises:
        PullFailed: a page cannot be read.
    """
    with reading() as connection:
        connection.execute("create table seen (key varchar)")
        for batch in _batches(pages):
            connection.execute(
                "insert into seen select unnest(json_extract_string(content, $path)) from read_text($batch)",
                {"path": f'$."{rows}"[*]."{key}"', "batch": batch},
            )
        return value(connection.execute("select count(key) - count(distinct key) from seen"))


def latest(pages: Sequence[Path], rows: str, fields: tuple[str, ...]) -> int | None:
    """The latest time in a (nested) field of all rows, in microseconds since 1970; None if there is none. A time
    without an offset is UTC.
    """
    path = f'$."{rows}"[*]' + "".join(f'."{field}"' for field in fields)
    with reading() as connection:
        found = [
            value(
                connection.execute(
                    "select max(epoch_us(try_cast(case when regexp_matches(stated, $offset) then stated"
                    " else stated || 'Z' end as timestamptz))) from"
                    f" (select unnest(json_extract_string(page, $path)) as stated from {_LEGIBLE})",
                    {"path": path, "batch": batch, "offset": r"(Z|T.*[+-]\d{2}(:?\d{2})?)$"},
                )
            )
            for batch in _batches(pages)
        ]
    return max((instant for instant in found if instant is not None), default=None)


def unseen(pages: Sequence[Path], landed: Sequence[Path], rows: str, facts: Sequence[str]) -> int:
    """Number of rows of these pages whose `facts` (JSON pointers) appear in no row of the landed pages.

    Raises:
        PullFailed: a page cannot be read.
    """
    with reading() as connection:
        for table, files in (("known", landed), ("fetched", pages)):
            connection.execute(f"create table {table} (facts varchar[])")
            for batch in _batches(files):
                connection.execute(
                    f"insert into {table} select json_extract_string(line, $facts) from"
                    f" (select unnest(json_extract(page, $path)) as line from {_LEGIBLE})",
                    {"facts": list(facts), "path": f'$."{rows}"[*]', "batch": batch},
                )
        return value(connection.execute("select count(*) from fetched anti join known using (facts)"))


def values(pages: Sequence[Path], rows: str, field: str) -> set[str]:
    """The values of a field (a JSON pointer) of all rows.

    Raises:
        PullFailed: a page cannot be read.
    """
    with reading() as connection:
        sql = (
            "select json_extract_string(line, $field) from"
            f" (select unnest(json_extract(page, $path)) as line from {_LEGIBLE})"
        )
        return {
            found
            for batch in _batches(pages)
            for (found,) in connection.execute(
                sql, {"field": field, "path": f'$."{rows}"[*]', "batch": batch}
            ).fetchall()
        }


def _batches(pages: Sequence[Path]) -> Iterator[list[str]]:
    """Batches of files, which are held in memory."""
    for start in range(0, len(pages), _BATCH):
        yield [str(page) for page in pages[start : start + _BATCH]]


@contextmanager
def reading() -> Generator[duckdb.DuckDBPyConnection]:
    """A database to read pages with. Its errors may quote a page, so only their type is passed on."""
    try:
        with duckdb.connect() as connection:
            yield connection
    except duckdb.Error as error:
        raise PullFailed(f"the pages cannot be read ({type(error).__name__})") from None
