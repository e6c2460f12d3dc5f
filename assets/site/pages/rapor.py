"""Rapor: the report card of each agency that sends."""

from __future__ import annotations

from collections.abc import Iterable

from assets.site.card import card
from assets.site.data import Data
from assets.site.page import Context, Page, Values
from assets.site.tongue import Tongue


def _context(data: Data, t: Tongue, values: Values) -> Context:
    return card(data, data.offices[values["code"]], t)


def _each(data: Data) -> Iterable[Values]:
    return [{"code": office.code} for office in data.offices.values() if office.sources]


PAGE = Page("mutu/rapor-{code}.html", "rapor.title", "rapor.html", _context, each=_each, of_load=True)
