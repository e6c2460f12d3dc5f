"""The province: what is due, done and late in each kabupaten/kota and kecamatan, and what is to be asked."""

from __future__ import annotations

from itertools import chain

from assets.site.data import Data
from assets.site.page import Context, Page, Values
from assets.site.tongue import Tongue
from field.pages import reports
from field.pages.content import LIMITS, grouped, kinds, lines, parts, read, share, stamped, table, total


def _context(data: Data, t: Tongue, _: Values) -> Context:
    content = data.once(read)
    whole = total(content.progress)
    regencies = [
        (content.name(code, t), f"kabupaten/{code}.html", total(rows))
        for code, rows in grouped(content.progress, "regency_code").items()
    ]
    districts = [
        (content.name(code, t), f"kecamatan/{code}.html" if code else None, total(rows))
        for code, rows in grouped(content.progress, "district_code").items()
    ]
    part = share(whole)
    return stamped(data, t) | {
        "heading": t("lapangan.none") if part is None else t("lapangan.heading", share=t.percent(part)),
        "lead": t("lapangan.lead", **LIMITS),
        "whole": whole,
        "key": parts(whole, t),
        "lines": lines(regencies, t),
        "regencies": table(regencies, t("lapangan.by_regency"), t("umum.region"), t),
        "districts": table(districts, t("lapangan.by_district"), t("umum.district"), t),
        "kinds": kinds(chain.from_iterable(content.in_district.values()), t),
        "outcomes": reports.outcomes(content.reports, t),
    }


PAGE = Page("index.html", "lapangan.title", "lapangan.html", _context, order=1)
