"""Ringkasan: the main numbers for the governor, on one page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from assets.site import surveys, tiles
from assets.site.charts import Part, waffle
from assets.site.coverage import Reached, reached
from assets.site.data import Data
from assets.site.page import Context, Page, Values
from assets.site.regions import PROVINCE, Region, regions
from assets.site.table import Cell, Head, Table
from assets.site.tongue import Tongue
from assets.sources import all_sources

_GROUPS = (("neither", "vermilion"), ("only_pkh", "blue"), ("only_jamsosratu", "green"), ("both", "plum"))
"""Groups of poor households: name in `Reached` and the catalogue, and colour. Those without a programme come first."""
_INDICATORS = """
    select programme, 'served' as kind, served_poor_units as number from {schema}.coverage_by_region
    where region_code = $region and region_level = 'province'
    union all
    select programme, 'unserved', unserved_in_need from {schema}.coverage_by_region
    where region_code = $region and region_level = 'province'"""


def _context(data: Data, t: Tongue, _: Values) -> Context:
    return _of_people(data, t) if data.counts else _of_refusal(data, t)


def _of_refusal(data: Data, t: Tongue) -> Context:
    """The page of a load whose counts are not shown: that it is not published, and why."""
    reasons = data.rows(
        f"select coalesce(detail_{t.language}, name) as reason from quality.gate_results"
        " where not passed and severity = 'error' order by checker, name"
    )
    return {
        "heading": t("ringkasan.not_published", load=data.load_id),
        "reasons": [row["reason"] for row in reasons],
        "load": data.row("select state, reason from quality.loads where load_id = $load", {"load": data.load_id}),
    }


def _of_people(data: Data, t: Tongue) -> Context:
    places = regions(data)
    whole = reached(data, "province")[PROVINCE]
    below = {code: each for code, each in reached(data).items() if code != PROVINCE}
    published = surveys.published(data, PROVINCE)
    return {
        "heading": t("ringkasan.heading", share=t.percent(whole.lacking)),
        "whole": whole,
        "groups": _groups(whole, t),
        "most": _most(below, places, t),
        "surveys": [survey for survey in published if survey.percent is not None],
        "field": waffle(_groups(whole, t), t("ringkasan.field_says", **_counts(whole, t))),
        "lines": _lines(below, places, t),
        "by_region": _by_region(below, places, t),
        "cells": _cells(below, places, t),
        "shades": _shades(below, t),
        "trend": surveys.rate_chart(published, t),
        "survey_numbers": surveys.table(published, t),
        "line_chart": surveys.line_chart(published, t),
        "line_sees": surveys.line_sees(published, t),
        "changes": _changes(data, t),
        "sources": _sources(data, t),
    }


def _counts(one: Reached, t: Tongue) -> Mapping[str, str]:
    numbers = {"poor": one.poor, "pkh": one.pkh, "jamsosratu": one.jamsosratu, "both": one.both, "neither": one.neither}
    return {name: t.number(number) for name, number in numbers.items()}


def _groups(one: Reached, t: Tongue) -> list[Part]:
    return [
        Part(t(f"ringkasan.{name}"), getattr(one, name), colour, t.number(getattr(one, name)))
        for name, colour in _GROUPS
    ]


def _most(below: Mapping[str, Reached], places: Mapping[str, Region], t: Tongue) -> str | None:
    """The regions where most are not reached, by number and by share."""
    known = [each for each in below.values() if each.lacking is not None]
    if not known:
        return None
    by_number = max(known, key=lambda each: (each.neither, each.region))
    by_share = max(known, key=lambda each: (each.lacking or 0, each.region))
    said = {
        "number": t.number(by_number.neither),
        "place": places[by_number.region].name,
        "share": t.percent(by_share.lacking),
    }
    if by_number.region == by_share.region:
        return t("ringkasan.most_of_both", **said)
    return t("ringkasan.most", other=places[by_share.region].name, **said)


def _in_order(below: Mapping[str, Reached]) -> list[Reached]:
    return sorted(below.values(), key=lambda each: (each.lacking is None, -(each.lacking or 0)))


def _lines(below: Mapping[str, Reached], places: Mapping[str, Region], t: Tongue) -> list[dict[str, Any]]:
    return [
        {
            "name": places[each.region].name,
            "link": f"wilayah/{each.region}.html",
            "parts": _groups(each, t),
            "said": t("ringkasan.line", share=t.percent(each.lacking), number=t.number(each.neither)),
        }
        for each in _in_order(below)
    ]


def _by_region(below: Mapping[str, Reached], places: Mapping[str, Region], t: Tongue) -> Table:
    heads = [Head(t("umum.region")), Head(t("ringkasan.poor"), True)]
    heads += [Head(t(f"ringkasan.{name}"), True) for name, _ in _GROUPS] + [Head(t("ringkasan.lacking"), True)]
    rows = [
        [
            Cell(places[each.region].name, link=f"wilayah/{each.region}.html"),
            *(_number(number, t) for number in (each.poor, *(getattr(each, name) for name, _ in _GROUPS))),
            Cell(t.percent(each.lacking), each.lacking or 0),
        ]
        for each in _in_order(below)
    ]
    return Table(t("ringkasan.by_region"), heads, rows)


def _cells(below: Mapping[str, Reached], places: Mapping[str, Region], t: Tongue) -> list[dict[str, Any]]:
    scale = _scale(below)
    return [
        {
            "name": places[code].name,
            "link": f"wilayah/{code}.html",
            "value": t.percent(below[code].lacking if code in below else None),
            "shade": scale.of(below[code].lacking if code in below else None),
            "column": column,
            "row": row,
        }
        for code, (column, row) in tiles.REGENCY_CELLS.items()
    ]


def _scale(below: Mapping[str, Reached]) -> tiles.Scale:
    return tiles.Scale.over([each.lacking for each in below.values() if each.lacking is not None])


def _shades(below: Mapping[str, Reached], t: Tongue) -> list[tuple[str, str]]:
    return tiles.meanings(_scale(below), t.percent)


def _changes(data: Data, t: Tongue) -> Table | None:
    """Changes of the counts that both loads show, from the rounded numbers of the site before."""
    if data.before is None:
        return None
    now, then = ({**_indicators(data, schema, t)} for schema in ("shown", "before"))
    heads = [
        Head(t("ringkasan.indicator")),
        Head(t.day(data.before[1]), True),
        Head(t.day(data.as_of), True),
        Head(t("ringkasan.difference"), True),
    ]
    rows = [
        [Cell(name), _number(then[name], t), _number(number, t), _difference(number - then[name], t)]
        for name, number in now.items()
        if name in then
    ]
    return Table(t("ringkasan.changes_heading"), heads, rows)


def _indicators(data: Data, schema: str, t: Tongue) -> Mapping[str, int]:
    whole = reached(data, "province", schema)[PROVINCE]
    found = {str(t("ringkasan.poor_rtm")): whole.poor, str(t("ringkasan.neither")): whole.neither}
    for row in data.rows(_INDICATORS.format(schema=schema), {"region": PROVINCE}):
        if row["number"] is not None:
            found[str(t(f"ringkasan.is_{row['kind']}", programme=t(f"nama.{row['programme']}")))] = row["number"]
    return found


def _difference(number: int, t: Tongue) -> Cell:
    return Cell(t.signed(number) if number else t("ringkasan.same"), number)


def _number(number: int, t: Tongue) -> Cell:
    return Cell(t.number(number), number)


def _sources(data: Data, t: Tongue) -> Table:
    heads = [
        Head(t("ringkasan.source")),
        Head(t("ringkasan.agency")),
        Head(t("ringkasan.delivered"), True),
        Head(t("ringkasan.age"), True),
        Head(t("ringkasan.state")),
    ]
    names = {source.name: getattr(source.contract, f"title_{t.language}") for source in all_sources()}
    rows = data.rows("from shown.load_sources order by last_delivery_date nulls last, agency, source")
    return Table(t("ringkasan.sources_heading"), heads, [_source(row, names, data, t) for row in rows])


def _source(row: Mapping[str, Any], names: Mapping[str, str], data: Data, t: Tongue) -> list[Cell]:
    last = row["last_delivery_date"]
    name = Cell(names.get(row["source"], row["source"]))
    if last is None:
        return [name, Cell(row["agency"]), Cell(t.day(None), 0), Cell(t.number(None), -1), Cell(t("ringkasan.never"))]
    age, due = data.as_of - last, timedelta(days=row["expected_every_days"])
    state = ("late", "bad") if age > due else ("in_time", "good")
    return [
        name,
        Cell(row["agency"]),
        Cell(t.day(last), last.isoformat()),
        Cell(t("ringkasan.days", days=t.number(age.days), due=t.number(due.days)), age.days),
        Cell(t(f"ringkasan.{state[0]}"), tone=state[1]),
    ]


PAGE = Page("index.html", "ringkasan.title", "ringkasan.html", _context, order=0, of_load=True)
