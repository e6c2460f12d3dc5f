"""Instansi: the agencies, with what each sends and reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assets.site.data import Data
from assets.site.numbers import NOTHING
from assets.site.offices import Office
from assets.site.page import Context, Page, Values
from assets.site.table import Cell, Head, Table
from assets.site.tongue import Tongue

_LAST = """
    select source, max(delivery_date) as last from quality.deliveries
    where status in ('accepted', 'replayed') group by source"""


def _context(data: Data, t: Tongue, _: Values) -> Context:
    last = {row["source"]: row["last"] for row in data.rows(_LAST)}
    heads = [
        Head(t("instansi.name")),
        Head(t("instansi.sends"), True),
        Head(t("instansi.last"), True),
        Head(t("instansi.reads"), True),
        Head(t("instansi.until"), True),
    ]
    rows = [_line(office, last, data, t) for office in data.offices.values()]
    return {"table": Table(t("instansi.title"), heads, rows)}


def _line(office: Office, last: Mapping[str, Any], data: Data, t: Tongue) -> list[Cell]:
    newest = max((last[source.name] for source in office.sources if source.name in last), default=None)
    agreement = office.agreement
    tables = len(agreement.tables) if agreement else 0
    return [
        Cell(office.name, link=f"{office.code}.html"),
        Cell(t("instansi.n_sources", n=len(office.sources)) if office.sources else NOTHING, len(office.sources)),
        Cell(t.day(newest), newest.isoformat() if newest else 0),
        Cell(t("instansi.n_tables", n=tables) if tables else NOTHING, tables),
        Cell(
            t.day(agreement.ends if agreement else None),
            agreement.ends.isoformat() if agreement else 0,
            tone="bad" if agreement and not agreement.in_force(data.as_of) else None,
        ),
    ]


PAGE = Page("instansi/index.html", "instansi.title", "instansi.html", _context, order=70, of_load=True)
