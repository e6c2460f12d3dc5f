"""Pendamping: progress of the visits to families of Jamsosratu, as of the last submitted form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from assets.site import tiles
from assets.site.charts import Part, daily
from assets.site.coverage import share
from assets.site.data import Data
from assets.site.page import Context, Page, Values
from assets.site.regions import PROVINCE, Region, regions
from assets.site.table import Cell, Head, Table
from assets.site.tongue import Tongue

EVERY, SOON = 92, 14
"""Days between visits, and days before the next visit in which it is shown as due. A test checks that they equal dbt's
vars `visit_every_days` and `visit_due_days`.
"""
_GROUPS = (("visited", "blue"), ("overdue", "vermilion"), ("never", "ink"))
_ENOUGH = 0.2
"""Minimum part of the kecamatan with a share; with less, a map is nearly blank."""
_SHOWN_DAYS = 60
_PROGRESS = "from shown.visit_progress order by region_level, region_code"
_COMPANIONS = "from shown.visit_progress_by_companion order by district_code, companion_id is null, companion_id"
_COUNTS = ("families", "visited_families", "due_families", "overdue_families", "never_families")
_CODE = slice(-32, -24)
"""Of a pseudonym: as many digits as are needed to tell companions apart."""
_DAYS = "select * from shown.visits_by_day where visited_on > $day order by visited_on"


def _context(data: Data, t: Tongue, _: Values) -> Context:
    places = data.once(regions)
    rows = data.rows(_PROGRESS)
    whole = next(row for row in rows if row["region_level"] == "province")
    moment = whole["last_submitted_at"]
    last = moment.date() if moment else data.as_of
    below = [row for row in rows if row["region_level"] == "regency" and row["region_code"] != PROVINCE]
    districts = [row for row in rows if row["region_level"] == "district"]
    days = data.rows(_DAYS, {"day": last - timedelta(days=_SHOWN_DAYS)})
    return {
        "heading": t("pendamping.heading", share=t.percent(_share(whole)))
        if _share(whole) is not None
        else t("pendamping.none"),
        "moment": moment,
        "whole": whole,
        "every": EVERY,
        "soon": SOON,
        "key": _parts(whole, t),
        "lines": [_line(row, places, t) for row in _in_order(below)],
        "regencies": _table(_in_order(below), places, t("pendamping.by_regency"), t, long=False),
        "map": _map(districts, places, t),
        "shades": [*tiles.meanings(_scale(districts), t.percent), ("none", t("pendamping.few"))],
        "districts": _table(_in_order(districts), places, t("pendamping.by_district"), t, long=True),
        "companions": _companions(data.rows(_COMPANIONS), places, t),
        "base": data.base,
        "chart": _chart(days, last, t),
        "days": _days(days, t),
        "forms": sum(row["forms"] for row in days),
    }


def _share(row: Mapping[str, Any]) -> float | None:
    return share(row["visited_families"], row["families"])


def _parts(row: Mapping[str, Any], t: Tongue) -> list[Part]:
    return [
        Part(t(f"pendamping.{name}"), row[f"{name}_families"] or 0, colour, t.number(row[f"{name}_families"]))
        for name, colour in _GROUPS
    ]


def _in_order(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Sort by share of visited families, lowest first; rows without a share last."""
    return sorted(rows, key=lambda row: (_share(row) is None, _share(row) or 0))


def _line(row: Mapping[str, Any], places: Mapping[str, Region], t: Tongue) -> dict[str, Any]:
    return {
        "name": places[row["region_code"]].name,
        "link": f"wilayah/{row['region_code']}.html",
        "parts": _parts(row, t),
        "said": t.percent(_share(row)),
    }


def _table(rows: Sequence[Mapping[str, Any]], places: Mapping[str, Region], label: str, t: Tongue, long: bool) -> Table:
    heads = [
        Head(t("umum.district" if long else "umum.region")),
        *([Head(t("umum.region"))] if long else []),
        *_heads(t),
    ]
    return Table(
        label,
        heads,
        [
            [
                Cell(places[row["region_code"]].name, link=f"wilayah/{row['region_code']}.html"),
                *([Cell(places[row["region_code"][:4]].name)] if long else []),
                *_cells(row, t),
            ]
            for row in rows
            if row["region_code"] in places
        ],
        long=long,
    )


def _heads(t: Tongue) -> list[Head]:
    counts = [Head(t(f"pendamping.{name.removesuffix('_families')}"), True) for name in _COUNTS]
    return [*counts, Head(t("pendamping.share"), True)]


def _cells(row: Mapping[str, Any], t: Tongue) -> list[Cell]:
    counts = [Cell(t.number(row[name]), -1 if row[name] is None else row[name]) for name in _COUNTS]
    return [*counts, Cell(t.percent(_share(row)), -1 if _share(row) is None else _share(row))]


def _companions(
    rows: Sequence[Mapping[str, Any]], places: Mapping[str, Region], t: Tongue
) -> list[tuple[str, str, Table]]:
    """Of each kabupaten/kota with rows: its name, how many kecamatan have rows, and their table."""
    of_place: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        if row["district_code"] in places:
            of_place.setdefault(row["district_code"][:4], []).append(row)
    heads = [Head(t("pendamping.code")), Head(t("umum.district")), *_heads(t)]
    found = []
    for code, ours in of_place.items():
        name, districts = places[code].name, len({row["district_code"] for row in ours})
        lines = [
            [Cell(_code(row, t)), Cell(places[row["district_code"]].name), *_cells(row, t)]
            for row in _by_district(ours)
        ]
        table = Table(t("pendamping.by_companion_in", region=name), heads, lines, long=True)
        found.append((name, t("pendamping.districts", many=t.number(districts)), table))
    return found


def _by_district(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Sort by kecamatan, and in each by share of visited families, lowest first."""
    return sorted(_in_order(rows), key=lambda row: row["district_code"])


def _code(row: Mapping[str, Any], t: Tongue) -> str:
    return t("pendamping.nobody") if row["companion_id"] is None else row["companion_id"][_CODE]


def _scale(rows: Sequence[Mapping[str, Any]]) -> tiles.Scale:
    return tiles.Scale.over([each for row in rows if (each := _share(row)) is not None])


def _map(rows: Sequence[Mapping[str, Any]], places: Mapping[str, Region], t: Tongue) -> Any:
    shares = {row["region_code"]: _share(row) for row in rows}
    if sum(each is not None for each in shares.values()) < _ENOUGH * len(shares):
        return None
    scale = _scale(rows)
    drawn = [
        tiles.Tile(
            code,
            scale.of(each),
            f"{places[code].name}: {t.percent(each) if each is not None else t('pendamping.few')}",
        )
        for code, each in shares.items()
        if code in places
    ]
    return tiles.district_map(drawn, t("pendamping.map_says"))


def _chart(rows: Sequence[Mapping[str, Any]], last: date, t: Tongue) -> Any:
    if not rows:
        return None
    forms = {row["visited_on"]: row["forms"] for row in rows}
    every = [last - timedelta(days=nth) for nth in reversed(range(_SHOWN_DAYS))]
    says = t("pendamping.chart_says", days=_SHOWN_DAYS, forms=t.number(sum(forms.values())), day=t.day(last))
    return daily([(each, forms.get(each, 0)) for each in every], says, t.language)


def _days(rows: Sequence[Mapping[str, Any]], t: Tongue) -> Table:
    heads = [
        Head(t("pendamping.day")),
        Head(t("pendamping.forms"), True),
        Head(t("pendamping.rejected"), True),
        Head(t("pendamping.companions"), True),
    ]
    cells = [
        [
            Cell(t.day(row["visited_on"]), row["visited_on"].isoformat()),
            *(Cell(t.number(row[name]), row[name]) for name in ("forms", "forms_rejected", "companions")),
        ]
        for row in reversed(rows)
    ]
    return Table(t("pendamping.by_day"), heads, cells, long=True)


PAGE = Page("pendamping.html", "pendamping.title", "pendamping.html", _context, order=50)
