"""Shows the estimate of Jamsosratu's effect in sentences, a chart and tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from assets.effect import Report
from assets.effect.compare import FEWEST_TREATED, Difference, Interval
from assets.effect.report import MANY, OUTCOMES, PLACEBO
from assets.site import tiles
from assets.site.charts import Span, spans
from assets.site.page import Context
from assets.site.regions import PROVINCE, Region
from assets.site.table import Cell, Head, Table
from assets.site.tongue import Tongue

Name = tuple[str | Markup, str | None]
"""Name of a table's row, and its link."""
_BALANCED = 0.1
_LEAST_REGIONS = 4
"""Minimum of kabupaten/kota with an estimate for a map; with fewer it would be mostly empty."""


def shown(report: Report, places: Mapping[str, Region], t: Tongue) -> Context:
    """The template's context for a report."""
    found = {outcome: report.find(outcome) for outcome in (*OUTCOMES, PLACEBO)}
    estimated = {outcome: one for outcome, one in found.items() if one is not None and one.interval is not None}
    return {
        "enrolled": t.number(report.enrolled),
        "compared": estimated.get(OUTCOMES[0]),
        "sentences": [sentence(outcome, found[outcome], t) for outcome in OUTCOMES],
        "placebo": placebo(found[PLACEBO], t),
        "chart": _chart(estimated, t) if estimated else None,
        "numbers": _by_outcome(estimated, t),
        "by_year": _by_year(report, t),
        "by_region": _by_region(report, places, t),
        "cells": _cells(report, places, t),
        "shades": tiles.meanings(_scale(_of_regions(report)), lambda share: t.signed(100 * share, 1)),
        "balance": _balance(report, t),
        "unbalanced": [t(f"jamsosratu.by_{one.column}") for one in report.balance if abs(one.after) >= _BALANCED],
    }


def sentence(outcome: str, found: Difference | None, t: Tongue) -> Markup:
    """The difference as a sentence: its direction, or that none is visible, or that too few can be compared."""
    words = {part: t(f"jamsosratu.{part}_{outcome}") for part in ("who", "does", "others")}
    if found is None or found.interval is None:
        return _capital(t("jamsosratu.too_few", fewest=FEWEST_TREATED, **words))
    if _holds_zero(found.interval):
        return _capital(t("jamsosratu.no_difference", **_points(found, t), **words))
    more = found.interval.difference > 0
    sizes = sorted((abs(found.interval.low), abs(found.interval.high)))
    difference, low, high = (
        t.number(100 * size, _decimals(found)) for size in (abs(found.interval.difference), *sizes)
    )
    key = "jamsosratu.more" if more else "jamsosratu.less"
    return _capital(t(key, difference=difference, low=low, high=high, **words))


def _capital(text: Markup) -> Markup:
    """Capitalise the first letter of a sentence."""
    return text[:1].upper() + text[1:]


def placebo(found: Difference | None, t: Tongue) -> Markup | None:
    """The result of the placebo outcome, which the programme cannot change; None if too few can be compared."""
    if found is None or found.interval is None:
        return None
    passed = "passed" if _holds_zero(found.interval) else "failed"
    return t(f"jamsosratu.placebo_{passed}", **_points(found, t))


def _holds_zero(interval: Interval) -> bool:
    return interval.low <= 0 <= interval.high


def _decimals(found: Difference) -> int:
    return 1 if (found.treated or 0) >= MANY else 0


def _points(found: Difference, t: Tongue) -> dict[str, str]:
    assert found.interval is not None
    values = {"difference": found.interval.difference, "low": found.interval.low, "high": found.interval.high}
    return {name: t.signed(100 * value, _decimals(found)) for name, value in values.items()}


def _chart(estimated: Mapping[str, Difference], t: Tongue) -> Markup:
    rows = []
    for outcome, found in estimated.items():
        assert found.interval is not None
        low, value, high = (
            100 * limit for limit in (found.interval.low, found.interval.difference, found.interval.high)
        )
        colour = "ink" if outcome == PLACEBO else "ochre" if _holds_zero(found.interval) else "blue"
        written = str(t("jamsosratu.span", **_points(found, t)))
        rows.append(Span(str(t(f"jamsosratu.{outcome}")), low, value, high, written, colour))
    says = t("jamsosratu.chart_says", listed=t.listed([f"{row.label} {row.written}" for row in rows]))
    return spans(rows, str(says), t.language == "id")


def _numbers(found: Mapping[Name, Difference], of: str, t: Tongue) -> Table | None:
    """One row per comparison with an interval. found: (name, link) -> comparison. of: key of the first column."""
    heads = [Head(t(f"jamsosratu.{of}"))]
    heads += [
        Head(t(f"jamsosratu.{name}"), True) for name in ("treated", "others_number", "mean", "points", "interval")
    ]
    rows = [
        [
            Cell(name, link=link),
            Cell(t.number(one.treated), one.treated),
            Cell(t.number(one.compared), one.compared),
            Cell(t.percent(one.interval.mean), one.interval.mean),
            Cell(_points(one, t)["difference"], one.interval.difference),
            Cell(t("jamsosratu.from_to", **_points(one, t))),
        ]
        for (name, link), one in found.items()
        if one.interval is not None
    ]
    return Table(t("jamsosratu.numbers_of", of=t(f"jamsosratu.{of}")), heads, rows) if rows else None


def _by_outcome(estimated: Mapping[str, Difference], t: Tongue) -> Table | None:
    named: dict[Name, Difference] = {(t(f"jamsosratu.{outcome}"), None): one for outcome, one in estimated.items()}
    return _numbers(named, "outcome", t)


def _by_year(report: Report, t: Tongue) -> Table | None:
    years = sorted({one.start_year for one in report.estimates if one.start_year is not None})
    found = {year: report.find(OUTCOMES[0], start_year=year) for year in years}
    named: dict[Name, Difference] = {(str(year), None): one for year, one in found.items() if one is not None}
    return _numbers(named, "cohort", t)


def _of_regions(report: Report) -> dict[str, Difference]:
    """Differences by kabupaten/kota, of those with an interval."""
    return {
        one.region_code: one.difference
        for one in report.estimates
        if one.outcome == OUTCOMES[0] and one.region_code != PROVINCE and one.difference.interval is not None
    }


def _by_region(report: Report, places: Mapping[str, Region], t: Tongue) -> Table | None:
    named: dict[Name, Difference] = {
        (places[code].name, f"wilayah/{code}.html"): one for code, one in _of_regions(report).items()
    }
    return _numbers(named, "region", t)


def _scale(found: Mapping[str, Difference]) -> tiles.Scale:
    return tiles.Scale.over([one.interval.difference for one in found.values() if one.interval is not None])


def _cells(report: Report, places: Mapping[str, Region], t: Tongue) -> list[dict[str, Any]] | None:
    """The kabupaten/kota as tiles; None if too few have an estimate."""
    found = _of_regions(report)
    if len(found) < _LEAST_REGIONS:
        return None
    scale = _scale(found)
    return [
        {
            "name": places[code].name,
            "link": f"wilayah/{code}.html",
            "value": _points(found[code], t)["difference"] if code in found else t.number(None),
            "shade": scale.of(_of_tile(found.get(code))),
            "column": column,
            "row": row,
        }
        for code, (column, row) in tiles.REGENCY_CELLS.items()
    ]


def _of_tile(found: Difference | None) -> float | None:
    return None if found is None or found.interval is None else found.interval.difference


def _balance(report: Report, t: Tongue) -> Table | None:
    heads = [Head(t("jamsosratu.balance_of"))]
    heads += [Head(t(f"jamsosratu.balance_{name}"), True) for name in ("treated", "others", "weighted")]
    heads.append(Head(t("jamsosratu.balance_after")))
    rows = [
        [
            Cell(t(f"jamsosratu.by_{one.column}")),
            *(Cell(t.number(value, 2), value) for value in (one.treated, one.others, one.weighted)),
            Cell(
                t("jamsosratu.from_before", before=t.signed(one.before, 2), after=t.signed(one.after, 2)),
                abs(one.after),
                tone="good" if abs(one.after) < _BALANCED else "warn",
            ),
        ]
        for one in report.balance
    ]
    return Table(t("jamsosratu.balance_heading"), heads, rows) if rows else None
