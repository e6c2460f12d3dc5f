"""One agency: its agreement as text, its tables, changes, the results of its deliveries, how to connect.

Defines no rules: all content comes from agreement, dictionary and catalogue.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from assets.sharing.agreement import Agreement
from assets.sharing.agreement import Table as Agreed
from assets.sharing.dictionary_pages import how_shown, which_rows
from assets.sharing.differences import Difference
from assets.site import deliveries
from assets.site.data import Data
from assets.site.numbers import NOTHING
from assets.site.offices import Office
from assets.site.page import Context, Page, Values
from assets.site.table import Cell, Head, Table
from assets.site.tongue import Tongue

_LATEST = """
    select * from quality.deliveries where list_contains($sources, source)
    order by delivery_date desc, loaded_at desc, source limit 20"""


def _context(data: Data, t: Tongue, values: Values) -> Context:
    office = data.offices[values["code"]]
    sent = data.rows(_LATEST, {"sources": [source.name for source in office.sources]})
    names = deliveries.source_names(t)
    agreement = office.agreement
    return {
        "heading": office.name,
        "office": office,
        "agreement": agreement,
        "in_force": agreement is not None and agreement.in_force(data.as_of),
        "tables": [_table(table, data, t) for table in agreement.tables] if agreement else [],
        "changes": _changes([each for each in data.agreed.changes if each.agency == office.code], t)
        if data.agreed
        else None,
        "sends": _sends(office, data, t),
        "sent": deliveries.table(sent, names, t("opd.sent"), t) if sent else None,
        "refusals": deliveries.refusals(sent, names, t),
        "shown": _shown(agreement, t) if agreement else [],
    }


def _table(table: Agreed, data: Data, t: Tongue) -> dict[str, Any]:
    described = data.dictionary.get(table.table)
    meanings = {column.name: getattr(column.meaning, t.language) for column in described.columns} if described else {}
    heads = [Head(t("kamus.column")), Head(t("opd.how_shown")), Head(t("kamus.meaning"))]
    rows = [
        [Cell(name), Cell(getattr(how_shown(table, name), t.language)), Cell(meanings.get(name, NOTHING))]
        for name in table.columns
    ]
    return {
        "name": table.table,
        "title": table.title,
        "rows": getattr(which_rows(table.conditions), t.language),
        "meaning": getattr(described.meaning, t.language) if described else None,
        "link": f"../kamus/{table.table}.html" if described else None,
        "columns": Table(t("kamus.columns", table=table.table), heads, rows, words=True),
    }


def _shown(agreement: Agreement, t: Tongue) -> list[tuple[str, int]]:
    """Ways in which columns are shown, with the number of columns of each."""
    ways = sorted(getattr(how_shown(table, name), t.language) for table in agreement.tables for name in table.columns)
    return sorted(((way, len(list(same))) for way, same in groupby(ways)), key=lambda each: -each[1])


def _changes(found: Sequence[Difference], t: Tongue) -> Table:
    heads = [Head(t("kamus.table")), Head(t("opd.what")), Head(t("opd.then")), Head(t("opd.now"))]
    rows = [
        [Cell(each.table or NOTHING), Cell(each.what), Cell(each.then or NOTHING), Cell(each.now or NOTHING)]
        for each in found
    ]
    return Table(t("opd.changes"), heads, rows)


def _sends(office: Office, data: Data, t: Tongue) -> Table | None:
    """Its sources: expected interval, last delivery, and whether that is in time."""
    if not office.sources:
        return None
    last = {
        row["source"]: row["last"]
        for row in data.rows(
            "select source, max(delivery_date) as last from quality.deliveries"
            " where status in ('accepted', 'replayed') group by source"
        )
    }
    heads = [
        Head(t("kiriman.source")),
        Head(t("opd.every"), True),
        Head(t("instansi.last"), True),
        Head(t("kiriman.status")),
    ]
    rows = []
    for source in office.sources:
        newest = last.get(source.name)
        late = newest is None or (data.as_of - newest).days > source.expected_every
        state = "never" if newest is None else "late" if late else "in_time"
        rows.append(
            [
                Cell(getattr(source.contract, f"title_{t.language}")),
                Cell(t("opd.days", n=t.number(source.expected_every)), source.expected_every),
                Cell(t.day(newest), newest.isoformat() if newest else 0),
                Cell(t(f"ringkasan.{state}"), tone="bad" if late else "good"),
            ]
        )
    return Table(t("opd.sends"), heads, rows)


def _each(data: Data) -> Iterable[Values]:
    return [{"code": code} for code in data.offices]


PAGE = Page("instansi/{code}.html", "instansi.title", "opd.html", _context, each=_each, of_load=True)
