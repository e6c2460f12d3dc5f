"""One kecamatan: its companions with their sheets, its villages, what to ask, what became of reports. To be printed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from assets.site import tiles
from assets.site.data import Data
from assets.site.page import Context, Page, Values
from assets.site.tongue import Tongue
from field.pages import reports
from field.pages.content import Content, Row, grouped, kinds, parts, read, sheet_of, stamped, table, total

_DONE = ("visited", "due")


def _each(data: Data) -> Iterable[Values]:
    return [{"code": code} for code in grouped(data.once(read).progress, "district_code") if code]


def _context(data: Data, t: Tongue, values: Values) -> Context:
    content, code = data.once(read), values["code"]
    own = data.once(_by_district)[code]
    asked = content.in_district.get(code, [])
    whole = total(own)
    companions = [
        (row["companion_id"] or t("lapangan.nobody"), f"../pendamping/{sheet_of(row)}.html", total([row]))
        for row in sorted(own, key=lambda row: (-row["never_visited"] - row["overdue"], row["companion_id"] or ""))
    ]
    return stamped(data, t) | {
        "heading": t("lapangan.of_district", name=content.name(code, t)),
        "regency": (content.name(code[:4], t), f"../kabupaten/{code[:4]}.html"),
        "whole": whole,
        "key": parts(whole, t),
        "companions": table(companions, t("lapangan.by_companion"), t("lapangan.companion"), t),
        "villages": _villages(data.once(_families_by_district).get(code, []), content, t),
        "shades": tiles.meanings(_SCALE, t.percent),
        "kinds": kinds(asked, t),
        "questions": asked,
        "reports": reports.table([row for row in content.reports if row["district_code"] == code], t),
        "sheet_of": sheet_of,
    }


_SCALE = tiles.Scale((0.0, 0.2, 0.4, 0.6, 0.8, 1.0))


def _by_district(data: Data) -> dict[str | None, list[Row]]:
    return grouped(data.once(read).progress, "district_code")


def _families_by_district(data: Data) -> dict[str | None, list[Row]]:
    return grouped(chain.from_iterable(data.once(read).families.values()), "district_code")


def _villages(families: Sequence[Row], content: Content, t: Tongue) -> list[dict[str, Any]]:
    """A tile for each village, by name: no family's place, only how many were visited."""
    found = []
    for code, rows in grouped(families, "village_code").items():
        states = Counter(row["state"] for row in rows)
        done = sum(states[state] for state in _DONE)
        found.append(
            {
                "name": content.name(code, t),
                "shade": _SCALE.of(done / len(rows)),
                "said": t("lapangan.of", done=t.number(done), families=t.number(len(rows))),
                "late": states["overdue"] + states["never"],
            }
        )
    return sorted(found, key=lambda village: village["name"])


PAGE = Page("kecamatan/{code}.html", "lapangan.title", "kecamatan.html", _context, each=_each)
