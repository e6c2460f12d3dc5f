"""Peta: kabupaten/kota and kecamatan by every indicator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assets.site import tiles
from assets.site.data import Data
from assets.site.indicators import INDICATORS, Indicator, Value, measured
from assets.site.page import Context, Page, Values
from assets.site.regions import PROVINCE, Region, regions
from assets.site.table import Cell, Head, Table
from assets.site.tongue import Tongue

_ENOUGH = 0.2
"""Minimum part of the kecamatan with a share; with less, a map is nearly blank."""


def _context(data: Data, t: Tongue, _: Values) -> Context:
    places, found = data.once(regions), data.once(measured)
    return {
        "maps": [_map(indicator, found[indicator], places, t) for indicator in INDICATORS],
        "shapes": tiles.shapes(tiles.district_cells()),
        "districts": _table("district", places, found, t),
        "regencies": _table("regency", places, found, t),
    }


def _map(
    indicator: Indicator, values: Mapping[tuple[str, str], Value], places: Mapping[str, Region], t: Tongue
) -> dict[str, Any]:
    own = {code: values[level, code] for level, code in values if level == "district"}
    above = {code: values[level, code] for level, code in values if level == "regency"}
    scale = scale_of(own)
    enough = sum(each.share is not None for each in own.values()) >= _ENOUGH * len(own)
    whole = values["province", PROVINCE]
    return {
        "key": indicator.key,
        "ramp": indicator.ramp,
        "title": indicator.title(t),
        "sees": indicator.sees(t),
        "says": _in_words(above, whole, places, t),
        "regencies": regency_cells(above, places, t),
        "districts": tiles.district_map(
            [tile(code, each, places, scale, t) for code, each in own.items()],
            t("peta.map_says", title=indicator.title(t)),
            _short(places),
        )
        if enough
        else None,
        "shades": [*tiles.meanings(scale, t.percent), ("none", t("peta.few"))],
        "regency_shades": tiles.meanings(scale_of(above), t.percent),
    }


def scale_of(values: Mapping[str, Value]) -> tiles.Scale:
    """Classes for all shares that are not None."""
    return tiles.Scale.over([each.share for each in values.values() if each.share is not None])


def tile(code: str, value: Value, places: Mapping[str, Region], scale: tiles.Scale, t: Tongue) -> tiles.Tile:
    """The tile of a kecamatan."""
    text = t.percent(value.share) if value.share is not None else t("peta.few")
    name = places[code].name if code in places else code
    return tiles.Tile(code, scale.of(value.share), f"{name}: {text}")


def regency_cells(
    values: Mapping[str, Value], places: Mapping[str, Region], t: Tongue, folder: str = "wilayah/"
) -> list[dict[str, Any]]:
    """The eight kabupaten/kota as `parts.tiles` draws them."""
    scale = scale_of(values)
    shares = {code: values[code].share if code in values else None for code in tiles.REGENCY_CELLS}
    return [
        {
            "name": places[code].name,
            "link": f"{folder}{code}.html",
            "value": t.percent(shares[code]),
            "shade": scale.of(shares[code]),
            "column": column,
            "row": row,
        }
        for code, (column, row) in tiles.REGENCY_CELLS.items()
    ]


def _in_words(above: Mapping[str, Value], whole: Value, places: Mapping[str, Region], t: Tongue) -> str | None:
    """The kabupaten/kota with the highest and lowest share."""
    shares = {code: each.share for code, each in above.items() if each.share is not None}
    if not shares or whole.share is None:
        return None
    most, least = max(shares, key=lambda code: shares[code]), min(shares, key=lambda code: shares[code])
    return t(
        "peta.in_words",
        whole=t.percent(whole.share),
        most=places[most].name,
        high=t.percent(shares[most]),
        least=places[least].name,
        low=t.percent(shares[least]),
    )


def _short(places: Mapping[str, Region]) -> Mapping[str, str]:
    """Names short enough for a map."""
    return {code: places[code].name.replace("Kota Tangerang Selatan", "Tangsel") for code in tiles.REGENCY_CELLS}


def _table(level: str, places: Mapping[str, Region], found: Any, t: Tongue) -> Table:
    heads = [Head(t("umum.district" if level == "district" else "umum.region"))]
    heads += [Head(t("umum.region"))] if level == "district" else []
    heads += [Head(indicator.title(t), True) for indicator in INDICATORS]
    rows = []
    for place in places.values():
        if place.level == level:
            row = [Cell(place.name, link=f"wilayah/{place.code}.html")]
            row += [Cell(places[place.above].name)] if level == "district" and place.above else []
            shares = [found[indicator][level, place.code].share for indicator in INDICATORS]
            rows.append([*row, *(Cell(t.percent(share), -1 if share is None else round(share, 4)) for share in shares)])
    return Table(t(f"peta.{level}_table"), heads, rows, long=level == "district")


PAGE = Page("peta.html", "peta.title", "peta.html", _context, order=1)
