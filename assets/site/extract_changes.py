"""The part of a report card about the agency's own extract: what changed in it since the earlier one.

The numbers are exact counts of rows that the agency has, so no page of the site shows them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from assets.sharing.changes import Changes, TableChanges
from assets.site.table import Cell, Head, Table
from assets.site.tongue import Tongue

_COUNTS = ("rows", "before", "new", "gone", "changed")


def told(changes: Changes, t: Tongue) -> dict[str, Any]:
    """What the template shows. lead: which extract it was compared with, or why with none. table: the tables that
    changed or could not be compared. unchanged: the others, with their number of rows.
    """
    known = {"load": changes.load_id, "day": t.day(changes.as_of)}
    rows = [(each, list(_remarks(each, t))) for each in changes.tables]
    still = [each for each, remarks in rows if not remarks and not (each.new or each.gone or each.changed)]
    shown = [(each, "; ".join(remarks)) for each, remarks in rows if each not in still]
    return {
        "lead": t(f"ekstrak.{changes.state}", **known),
        "table": _table(shown, t),
        "unchanged": [t("ekstrak.with_rows", table=each.title, rows=t.number(each.rows)) for each in still],
    }


def _table(rows: list[tuple[TableChanges, str]], t: Tongue) -> Table:
    """The table of changes; with a column of remarks, if there are any."""
    heads = [Head(t("ekstrak.table")), *(Head(t(f"ekstrak.{name}"), True) for name in _COUNTS)]
    cells = [
        [Cell(each.title or each.table), *(Cell(t.number(count), count) for count in _counts(each))] for each, _ in rows
    ]
    if any(remark for _, remark in rows):
        heads.append(Head(t("ekstrak.remark")))
        cells = [[*row, Cell(remark)] for row, (_, remark) in zip(cells, rows, strict=True)]
    return Table(t("ekstrak.heading"), heads, cells)


def _counts(table: TableChanges) -> list[int | None]:
    return [getattr(table, name) for name in _COUNTS]


def _remarks(table: TableChanges, t: Tongue) -> Iterator[str]:
    """What a reader must know about the numbers; that a table was compared whole, only if rows differ."""
    if table.state != "by_key" and not (table.state == "whole" and table.new == table.gone == 0):
        yield t(f"ekstrak.table_{table.state}")
    for name in ("columns_added", "columns_left", "columns_differ"):
        if columns := getattr(table, name):
            yield t(f"ekstrak.{name}", columns=", ".join(columns))
    if table.conditions_differ:
        yield t("ekstrak.conditions_differ")
