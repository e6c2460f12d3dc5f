"""Wilayah: one page per kabupaten/kota and kecamatan: its indicators compared with others, and unmet need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from assets.site import tiles
from assets.site.data import Data
from assets.site.history import Course, courses, drawn
from assets.site.indicators import INDICATORS, Indicator, Value, measured
from assets.site.page import Context, Page, Values
from assets.site.pages.peta import scale_of, tile
from assets.site.regions import PROVINCE, Region, regions
from assets.site.table import Cell, Head, Table
from assets.site.tongue import Tongue

_POOR = INDICATORS[0]
_LISTS = """
    select region_code, programme, unit, poor_units, served_poor_units, in_need, unserved_in_need
    from {schema}.coverage_by_region where region_level in ('regency', 'district') order by programme"""


def _each(data: Data) -> Iterable[Values]:
    return [{"code": place.code} for place in data.once(regions).values() if place.level != "province"]


def _context(data: Data, t: Tongue, values: Values) -> Context:
    places, found = data.once(regions), data.once(measured)
    here = places[values["code"]]
    above = places[here.above or PROVINCE]
    own = {name: each[here.level, here.code] for name, each in found.items()}
    return {
        "heading": _name(here, t),
        "here": here,
        "above": above,
        "lead": _lead(here, own, t),
        "cards": _cards(here, own, t),
        "shapes": tiles.shapes(code for code in tiles.district_cells() if code.startswith(here.code[:4])),
        "map": _map(here, places, found[_POOR], data.once(_scale), t),
        "shades": [*tiles.meanings(data.once(_scale), t.percent), ("none", t("peta.few"))],
        "standing": _standing(here, above, found, data.once(courses), t),
        "lists": _lists(here, data, t),
        "beside": _beside(here, places, found, t),
        "districts": _districts(here, places, found, t),
    }


def _name(here: Region, t: Tongue) -> str:
    return here.name if here.level == "regency" else str(t("wilayah.district", name=here.name))


def _lead(here: Region, own: Mapping[Indicator, Value], t: Tongue) -> str | None:
    """The rank of its share of poor people."""
    poor = own[_POOR]
    if poor.share is None or poor.rank is None:
        return None
    return t(f"wilayah.lead_{here.level}", share=t.percent(poor.share), rank=t.number(poor.rank), of=t.number(poor.of))


def _cards(here: Region, own: Mapping[Indicator, Value], t: Tongue) -> list[dict[str, Any]]:
    """The indicators in which it ranks worst."""
    ranked = [
        (each.rank / each.of, name) for name, each in own.items() if each.rank and each.share and name.ramp == "lacking"
    ]
    worst = sorted(ranked, key=lambda item: (item[0], INDICATORS.index(item[1])))[:3]
    return [
        {
            "title": indicator.title(t),
            "share": t.percent(own[indicator].share),
            "said": t("wilayah.rank", rank=t.number(own[indicator].rank), of=t.number(own[indicator].of)),
        }
        for _, indicator in worst
    ]


def _map(
    here: Region, places: Mapping[str, Region], values: Mapping[tuple[str, str], Value], scale: tiles.Scale, t: Tongue
) -> Any:
    """Map of the kecamatan of the kabupaten/kota, with this one marked."""
    regency = here.code[:4]
    own = {code: each for (level, code), each in values.items() if level == "district" and code.startswith(regency)}
    return tiles.district_map(
        [tile(code, each, places, scale, t) for code, each in own.items()],
        t("wilayah.map_says", name=places[regency].name),
        marked=here.code,
    )


def _scale(data: Data) -> tiles.Scale:
    """One scale for all pages."""
    values = data.once(measured)[_POOR]
    return scale_of({code: each for (level, code), each in values.items() if level == "district"})


def _standing(
    here: Region, above: Region, found: Any, courses: Mapping[tuple[str, str, str], Course], t: Tongue
) -> Table:
    """Every indicator here, in the region above, in the province, and how it went from load to load."""
    higher = [(above.level, above.code, above.name)] if above.level != "province" else []
    higher.append(("province", PROVINCE, t("umum.province")))
    heads = [Head(t("wilayah.indicator")), Head(t("wilayah.here"), True)]
    heads += [Head(name, True) for _, _, name in higher] + [Head(t("wilayah.rank_head"), True)]
    heads.append(Head(t("wilayah.course")))
    rows = []
    for indicator in INDICATORS:
        own = found[indicator][here.level, here.code]
        rank = t("wilayah.rank_of", rank=t.number(own.rank), of=t.number(own.of)) if own.rank else t.number(None)
        colour = "vermilion" if indicator.ramp == "lacking" else "blue"
        rows.append(
            [
                Cell(indicator.title(t)),
                Cell(t.percent(own.share), own.share or -1, bar=own.share or 0, colour=colour),
                *(Cell(t.percent(found[indicator][level, code].share)) for level, code, _ in higher),
                Cell(rank, own.rank or 999),
                _course(courses.get((here.level, here.code, indicator.key), ()), t),
            ]
        )
    return Table(t("wilayah.standing"), heads, rows)


def _course(course: Course, t: Tongue) -> Cell:
    """The line of its shares, and what the first was."""
    if not (line := drawn(course)):
        return Cell(t.number(None), 0)
    first, last = course[0], course[-1]
    said = t("wilayah.course_from", share=t.percent(first.share), day=t.day(first.day))
    return Cell(line + said, last.share - first.share)


def _lists(here: Region, data: Data, t: Tongue) -> Table:
    """Counts by programme: poor, served, in need, and in need but not served."""
    heads = [Head(t("umum.programme")), Head(t("wilayah.unit"))]
    heads += [Head(t(f"wilayah.{name}"), True) for name in ("poor", "served", "in_need", "unserved")]
    heads += [Head(t("wilayah.since", day=t.day(data.before[1])), True)] if data.before else []
    then = {row["programme"]: row for row in data.once(_list_rows_before).get(here.code, [])}
    rows = [
        [
            Cell(t(f"nama.{row['programme']}")),
            Cell(t(f"wilayah.unit_{row['unit']}")),
            *(
                Cell(t.number(row[name]), row[name])
                for name in ("poor_units", "served_poor_units", "in_need", "unserved_in_need")
            ),
            *([_since(row, then.get(row["programme"]), t)] if data.before else []),
        ]
        for row in data.once(_list_rows).get(here.code, [])
    ]
    return Table(t("wilayah.lists"), heads, rows)


def _since(now: Mapping[str, Any], then: Mapping[str, Any] | None, t: Tongue) -> Cell:
    """Change of the number of unserved since the load before, from the rounded counts."""
    if then is None or None in (now["unserved_in_need"], then["unserved_in_need"]):
        return Cell(t.number(None))
    change = now["unserved_in_need"] - then["unserved_in_need"]
    return Cell(t.signed(change) if change else t("ringkasan.same"), change)


def _list_rows(data: Data) -> Mapping[str, list[dict[str, Any]]]:
    return _by_region(data, "shown")


def _list_rows_before(data: Data) -> Mapping[str, list[dict[str, Any]]]:
    return _by_region(data, "before") if data.before else {}


def _by_region(data: Data, schema: str) -> Mapping[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in data.rows(_LISTS.format(schema=schema)):
        found.setdefault(row["region_code"], []).append(row)
    return found


def _beside(here: Region, places: Mapping[str, Region], found: Any, t: Tongue) -> Table | None:
    """A kecamatan and its neighbours."""
    if here.level != "district":
        return None
    others = [places[code] for code in tiles.neighbours(here.code) if code in places]
    return _of_places(t("wilayah.beside"), [here, *others], found, t)


def _districts(here: Region, places: Mapping[str, Region], found: Any, t: Tongue) -> Table | None:
    """The kecamatan of a kabupaten/kota."""
    if here.level != "regency":
        return None
    return _of_places(t("wilayah.districts"), [each for each in places.values() if each.above == here.code], found, t)


_COMPARED = tuple(each for each in INDICATORS if each.key in ("poor", "missed-pkh", "missed-pbi_jkn", "no_school"))


def _of_places(label: str, shown: list[Region], found: Any, t: Tongue) -> Table:
    heads = [Head(t("umum.district"))] + [Head(indicator.title(t), True) for indicator in _COMPARED]
    rows = []
    for place in shown:
        shares = [found[indicator][place.level, place.code].share for indicator in _COMPARED]
        cells = [Cell(t.percent(share), share or -1, bar=share or 0, colour="vermilion") for share in shares]
        rows.append([Cell(place.name, link=f"{place.code}.html"), *cells])
    return Table(label, heads, rows)


PAGE = Page("wilayah/{code}.html", "wilayah.title", "wilayah.html", _context, each=_each)
