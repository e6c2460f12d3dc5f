"""A published table: the meaning of it and its columns, its sources, its readers."""

from __future__ import annotations

from collections.abc import Iterable

from assets.sharing.dictionary import Column, Described
from assets.sharing.units import UNITS
from assets.site.data import Data
from assets.site.deliveries import source_names
from assets.site.page import Context, Page, Values
from assets.site.table import Cell, Head, Table
from assets.site.tongue import Tongue


def _context(data: Data, t: Tongue, values: Values) -> Context:
    table = data.dictionary[values["name"]]
    names = source_names(t)
    built = sorted(name for name, each in data.dictionary.items() if table.name in each.parents)
    return {
        "heading": table.name,
        "table": table,
        "meaning": getattr(table.meaning, t.language),
        "sources": [names.get(source, source) for source in table.sources],
        "built": built,
        "columns": _columns(table, t),
        "readers": [
            office
            for office in data.offices.values()
            if office.agreement and table.name in {each.table for each in office.agreement.tables}
        ],
    }


def _columns(table: Described, t: Tongue) -> Table:
    heads = [Head(t("kamus.column")), Head(t("kamus.type")), Head(t("kamus.meaning"))]
    rows = [[Cell(each.name), Cell(_kind(each, t)), Cell(_meaning(each, t))] for each in table.columns]
    return Table(t("kamus.columns", table=table.name), heads, rows, words=True)


def _kind(column: Column, t: Tongue) -> str:
    unit = UNITS.get(column.unit) if column.unit else None
    words = [column.type, *([getattr(unit, t.language)] if unit else [])]
    if column.personal:
        words.append(str(t("kamus.specific" if column.specific else "kamus.personal")))
    return ", ".join(words)


def _meaning(column: Column, t: Tongue) -> str:
    words = [getattr(column.meaning, t.language)]
    if column.allowed:
        words.append(str(t("kamus.allowed", values=", ".join(column.allowed))))
    if column.refers_to:
        words.append(str(t("kamus.refers", to=column.refers_to)))
    return " ".join(words)


def _each(data: Data) -> Iterable[Values]:
    return [{"name": name} for name in data.dictionary]


PAGE = Page("kamus/{name}.html", "kamus.title", "tabel.html", _context, each=_each, of_load=True)
