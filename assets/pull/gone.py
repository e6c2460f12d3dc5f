"""States which rows of a repeat are no longer there: a page of our own beside the fetched ones.

The server lists the rows that a submission has now; a row that an edit removed is only absent. For the submissions that
changed, the rows that the landing knows and the new answer lacks are stated as deleted, in an answer of their own that
comes after it (`<name>_hapus`). So a load can be repeated from the landing alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from assets.answer_names import answer_name, answer_of, page_name
from assets.pull.answers import reading
from assets.pull.workplace import Workplace

PARENT, KEY, WHEN = "__Submissions-id", "__id", "deletedAt"
_BATCH = 32


def state_gone(
    name: str,
    until: datetime,
    changed: Sequence[dict[str, Any]],
    answer: Sequence[Path],
    landed: Sequence[Path],
    place: Workplace,
) -> int:
    """Write the page of the rows that are gone, if there are any. Returns how many they are.

    changed: the submissions that were edited, reviewed or deleted, with `__id` and `__system`. answer: the pages
    just fetched, with all rows of those that are not deleted. landed: all pages of earlier pulls.

    Raises:
        PullFailed: a page cannot be read.
    """
    when = {row.get(KEY): _deleted_at(row) or f"{until:%Y-%m-%dT%H:%M:%S}Z" for row in changed}
    if not when:
        return 0
    with reading() as connection:
        connection.execute("create table changed (id varchar, since varchar)")
        connection.executemany("insert into changed values (?, ?)", list(when.items()))
        _read(connection, "known", sorted(landed, key=lambda path: (path.parent.name, answer_of(path.name), path.name)))
        _read(connection, "listed", answer)
        found = connection.execute(
            f"""
            with last as (
                select line, line->>'{KEY}' as key, line->>'{PARENT}' as parent, line->>'{WHEN}' as ended from known
                where key is not null qualify row_number() over (partition by key order by seq desc) = 1
            )
            select json_merge_patch(line, json_object('{WHEN}', since))::varchar from last
            join changed on changed.id = last.parent
            where ended is null and key not in (select line->>'{KEY}' from listed where line->>'{KEY}' is not null)
            order by key
            """
        ).fetchall()
    if found:
        with place.storing(page_name(answer_name(f"{name}_hapus", until), 1)) as path:
            path.write_text(f'{{"value":[{",".join(line for (line,) in found)}]}}', encoding="utf-8")
    return len(found)


def _read(connection: duckdb.DuckDBPyConnection, table: str, pages: Sequence[Path]) -> None:
    connection.execute(f"create table {table} (seq bigint, line json)")
    for start in range(0, len(pages), _BATCH):
        batch = [str(page) for page in pages[start : start + _BATCH]]
        connection.execute(
            f"""
            insert into {table}
            select {start} + list_position($batch, filename), unnest(json_extract(page, '$.value[*]'))
            from (select filename, try(decode(content)) as page from read_blob($batch)) where json_valid(page)
            """,
            {"batch": batch},
        )


def _deleted_at(row: dict[str, Any]) -> str | None:
    system = row.get("__system")
    stated = system.get(WHEN) if isinstance(system, dict) else None
    return stated if isinstance(stated, str) else None
