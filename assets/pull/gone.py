"""States which rows of a repeat are no longer there: a page of our own beside the fetched ones.

A server lists the rows that a submission has now; a row that an edit removed is only absent. For the submissions that
changed, the rows that the landing knows and the new answer lacks are stated as deleted, in an answer of their own that
comes after it (`<name>_hapus`), as ODK Central would write them. So a load can be repeated from the landing alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import duckdb

from assets.answer_names import answer_name, answer_of, page_name
from assets.kobo_sql import MACROS
from assets.pull.answers import reading
from assets.pull.workplace import Workplace

PARENT, KEY, WHEN = "__Submissions-id", "__id", "deletedAt"
Gone = tuple[str, str, str]
"""Row, submission, instant of the deletion."""
_BATCH = 32


def of_central(changed: Mapping[str, str], answer: Sequence[Path], landed: Sequence[Path]) -> list[Gone]:
    """The rows of a repeat that ODK Central no longer lists.

    changed: the submissions that were edited, reviewed or deleted, and since when their rows may be gone. answer: the
    pages just fetched, with all rows of those that are not deleted. landed: all pages of earlier pulls.

    Raises:
        PullFailed: a page cannot be read.
    """
    if not changed:
        return []
    with reading() as connection:
        connection.execute("create table changed (id varchar, since varchar)")
        connection.executemany("insert into changed values (?, ?)", list(changed.items()))
        _read(connection, "known", landed, "value")
        _read(connection, "listed", answer, "value")
        return connection.execute(
            f"""
            with last as (
                select line->>'{KEY}' as key, line->>'{PARENT}' as parent, line->>'{WHEN}' as ended from known
                where key is not null qualify row_number() over (partition by key order by seq desc) = 1
            )
            select key, parent, since from last join changed on changed.id = last.parent
            where ended is null and key not in (select line->>'{KEY}' from listed where line->>'{KEY}' is not null)
            order by key
            """
        ).fetchall()


def of_kobo(repeat: str, since: str, answer: Sequence[Path], landed: Sequence[Path]) -> list[Gone]:
    """The rows of a repeat that KoboToolbox no longer has in edited submissions: those after the last that is left, as
    a row's id is its position.

    answer: the pages just fetched. landed: all pages of earlier pulls.

    Raises:
        PullFailed: a page cannot be read.
    """
    with reading() as connection:
        connection.execute(MACROS)
        _read(connection, "known", landed, "results")
        _read(connection, "listed", answer, "results")
        return connection.execute(
            """
            with known_list as (
                select line->>'/_id' as number, json_array_length(repeat_of(line, $repeat)) as rows from known
                where json_type(line) = 'OBJECT' qualify row_number() over (partition by number order by seq desc) = 1
            ),
            left_list as (
                select line->>'/_id' as number, submission_id(line) as submission,
                    coalesce(json_array_length(repeat_of(line, $repeat)), 0) as rows
                from listed where json_type(line) = 'OBJECT' and edited(line) and submission_id(line) is not null
            ),
            gone as (
                select submission, unnest(generate_series(left_list.rows::bigint + 1, known_list.rows::bigint)) as nth
                from left_list join known_list using (number)
            )
            select row_id(submission, $repeat, nth), submission, $since from gone order by submission, nth
            """,
            {"repeat": repeat, "since": since},
        ).fetchall()


def state(gone: Sequence[Gone], columns: Sequence[str], name: str, until: datetime, place: Workplace) -> int:
    """Write the page of the rows that are gone, if there are any. Returns how many they are.

    columns: those that every page of the source must have. name, until: of the answer that this page comes after.
    """
    if gone:
        blank = dict.fromkeys(columns)
        rows = [{**blank, KEY: key, PARENT: parent, WHEN: when} for key, parent, when in gone]
        with place.storing(page_name(answer_name(f"{name}_hapus", until), 1)) as path:
            path.write_text(json.dumps({"value": rows}), encoding="utf-8")
    return len(gone)


def _read(connection: duckdb.DuckDBPyConnection, table: str, pages: Sequence[Path], rows: str) -> None:
    """Read the rows of pages as `line`, in the order in which they came (`seq`)."""
    connection.execute(f"create table {table} (seq bigint, line json)")
    ordered = sorted(pages, key=lambda path: (path.parent.name, answer_of(path.name), path.name))
    for start in range(0, len(ordered), _BATCH):
        batch = [str(page) for page in ordered[start : start + _BATCH]]
        connection.execute(
            f"""
            insert into {table}
            select {start} + list_position($batch, filename), unnest(json_extract(page, '$.{rows}[*]'))
            from (select filename, try(decode(content)) as page from read_blob($batch)) where json_valid(page)
            """,
            {"batch": batch},
        )
