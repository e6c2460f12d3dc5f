"""One kabupaten/kota: its kecamatan, and the kinds of questions that are open there."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from assets.site.data import Data
from assets.site.page import Context, Page, Values
from assets.site.tongue import Tongue
from field.pages import reports
from field.pages.content import grouped, kinds, lines, parts, read, stamped, table, total


def _each(data: Data) -> Iterable[Values]:
    return [{"code": code} for code in grouped(data.once(read).progress, "regency_code") if code]


def _context(data: Data, t: Tongue, values: Values) -> Context:
    content, code = data.once(read), values["code"]
    own = [row for row in content.progress if row["regency_code"] == code]
    districts = [
        (content.name(district, t), f"../kecamatan/{district}.html" if district else None, total(rows))
        for district, rows in grouped(own, "district_code").items()
    ]
    asked = chain.from_iterable(content.in_district.values())
    whole = total(own)
    return stamped(data, t) | {
        "heading": content.name(code, t),
        "whole": whole,
        "key": parts(whole, t),
        "lines": lines(districts, t),
        "districts": table(districts, t("lapangan.by_district"), t("umum.district"), t),
        "kinds": kinds((row for row in asked if row["regency_code"] == code), t),
        "outcomes": reports.outcomes([row for row in content.reports if row["regency_code"] == code], t),
    }


PAGE = Page("kabupaten/{code}.html", "lapangan.title", "kabupaten.html", _context, each=_each)
