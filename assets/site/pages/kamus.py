"""Kamus: the index of all published tables."""

from __future__ import annotations

from assets.site.data import Data
from assets.site.page import Context, Page, Values
from assets.site.table import Cell, Head, Table
from assets.site.tongue import Tongue

_SCHEMAS = ("marts", "reference", "quality")


def _context(data: Data, t: Tongue, _: Values) -> Context:
    return {"schemas": [(schema, table) for schema in _SCHEMAS if (table := _tables(schema, data, t)).rows]}


def _tables(schema: str, data: Data, t: Tongue) -> Table:
    readers: dict[str, list[str]] = {}
    for office in data.offices.values():
        for table in office.agreement.tables if office.agreement else ():
            readers.setdefault(table.table, []).append(office.code)
    heads = [Head(t("kamus.table")), Head(t("kamus.meaning")), Head(t("kamus.read_by"))]
    rows = [
        [
            Cell(name.partition(".")[2], link=f"{name}.html"),
            Cell(getattr(table.meaning, t.language)),
            Cell(", ".join(readers.get(name, [])) or t("kamus.nobody")),
        ]
        for name, table in sorted(data.dictionary.items())
        if name.startswith(f"{schema}.")
    ]
    return Table(t(f"kamus.schema_{schema}"), heads, rows, long=len(rows) > 12, words=True)


PAGE = Page("kamus/index.html", "kamus.title", "kamus.html", _context, of_load=True)
