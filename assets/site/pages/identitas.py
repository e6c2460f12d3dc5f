"""Identitas: how records of different agencies were joined, in numbers, and whether groups differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assets.site.charts import Part
from assets.site.data import Data
from assets.site.deliveries import source_names
from assets.site.identity import LEAST
from assets.site.page import Context, Page, Values
from assets.site.regions import PROVINCE, Region, regions
from assets.site.table import Cell, Head, Table
from assets.site.tongue import Tongue, catalogue

_STATES = (("confirmed", "blue"), ("open", "vermilion"), ("dismissed", "ink"))
"""States of pairs of records, with their colours: one person, open question, two persons."""
_RULES = """
    select detector, sum(pairs)::bigint as pairs,
        coalesce(sum(pairs) filter (state = 'confirmed'), 0)::bigint as confirmed,
        coalesce(sum(pairs) filter (state = 'open'), 0)::bigint as open,
        coalesce(sum(pairs) filter (state = 'dismissed'), 0)::bigint as dismissed
    from identity.links group by detector order by pairs desc"""
_WEIGHTS = """
    select weight_from, coalesce(sum(pairs) filter (state = 'confirmed'), 0)::bigint as confirmed,
        coalesce(sum(pairs) filter (state = 'open'), 0)::bigint as open,
        coalesce(sum(pairs) filter (state = 'dismissed'), 0)::bigint as dismissed
    from identity.weights group by weight_from order by weight_from"""
_SOURCES = """
    select source, sum(records)::bigint as records,
        coalesce(sum(records) filter (link_rule = 'alone'), 0)::bigint as alone
    from identity.records group by source having bool_or(link_rule <> 'register') order by alone / sum(records) desc"""


def _context(data: Data, t: Tongue, _: Values) -> Context:
    rules, weights = data.rows(_RULES), data.rows(_WEIGHTS)
    whole = {state: sum(row[state] for row in rows) for rows in [rules] for state, _ in _STATES}
    fairness = data.rows("from identity.fairness")
    return {
        "whole": whole,
        "pairs": sum(whole.values()),
        "key": _parts(whole, t),
        "rules": _rules(rules, t),
        "weight_lines": _lines(weights, t),
        "weights": _weights(weights, t),
        "review": _review(data.rows("from identity.review order by weight_from"), t),
        "clerks": _clerks(data.rows("from identity.clerks order by clerk"), t),
        "sources": _sources(data.rows(_SOURCES), t),
        "all": next((row for row in fairness if row["kind"] == "all"), None),
        "by_sex": _fairness([row for row in fairness if row["kind"] == "sex" and row["name"]], {}, t),
        "by_region": _fairness([row for row in fairness if row["kind"] == "regency" and row["name"]], regions(data), t),
        "gap": _gap(fairness),
        "least": LEAST,
    }


def _parts(row: Mapping[str, int], t: Tongue) -> list[Part]:
    return [Part(t(f"identitas.{state}"), row[state], colour, t.number(row[state])) for state, colour in _STATES]


def _rules(rows: Sequence[Mapping[str, Any]], t: Tongue) -> Table:
    most = max((row["pairs"] for row in rows), default=1)
    heads = [
        Head(t("identitas.rule")),
        Head(t("identitas.pairs"), True),
        *(Head(t(f"identitas.{state}"), True) for state, _ in _STATES),
    ]
    return Table(
        t("identitas.by_rule"),
        heads,
        [
            [
                Cell(_rule(row["detector"], t)),
                Cell(t.number(row["pairs"]), row["pairs"], bar=row["pairs"] / most),
                *(Cell(t.number(row[state]), row[state]) for state, _ in _STATES),
            ]
            for row in rows
        ],
    )


def _rule(name: str, t: Tongue) -> str:
    return str(t(f"identitas.rule_{name}")) if f"identitas.rule_{name}" in catalogue() else name


def _lines(rows: Sequence[Mapping[str, Any]], t: Tongue) -> list[dict[str, Any]]:
    return [
        {
            "name": t("identitas.bits", low=t.number(row["weight_from"]), high=t.number(row["weight_from"] + 4)),
            "link": None,
            "parts": _parts(row, t),
            "said": t("identitas.n_pairs", n=t.number(sum(row[state] for state, _ in _STATES))),
        }
        for row in rows
    ]


def _weights(rows: Sequence[Mapping[str, Any]], t: Tongue) -> Table:
    heads = [Head(t("identitas.weight")), *(Head(t(f"identitas.{state}"), True) for state, _ in _STATES)]
    cells = [
        [
            Cell(
                t("identitas.bits", low=t.number(row["weight_from"]), high=t.number(row["weight_from"] + 4)),
                row["weight_from"],
            ),
            *(Cell(t.number(row[state]), row[state]) for state, _ in _STATES),
        ]
        for row in rows
    ]
    return Table(t("identitas.by_weight"), heads, cells)


def _review(rows: Sequence[Mapping[str, Any]], t: Tongue) -> Table:
    """Answers of clerks beside the model's expectation, by weight of the pairs."""
    heads = [
        Head(t("identitas.weight")),
        Head(t("identitas.expected"), True),
        Head(t("identitas.answered"), True),
        Head(t("identitas.confirmed"), True),
        Head(t("identitas.dismissed"), True),
        Head(t("identitas.open"), True),
    ]
    cells = [
        [
            Cell(
                t("identitas.bits", low=t.number(row["weight_from"]), high=t.number(row["weight_to"])),
                row["weight_from"],
            ),
            Cell(t.percent(row["expected_share_same"]), row["expected_share_same"]),
            Cell(t.percent(row["decided_share_same"]), row["decided_share_same"]),
            *(Cell(t.number(row[name]), row[name]) for name in ("confirmed", "dismissed", "still_open")),
        ]
        for row in rows
    ]
    return Table(t("identitas.review"), heads, cells)


def _clerks(rows: Sequence[Mapping[str, Any]], t: Tongue) -> Table | None:
    if not rows:
        return None
    heads = [
        Head(t("identitas.clerk")),
        Head(t("identitas.decided"), True),
        Head(t("identitas.confirmed"), True),
        Head(t("identitas.dismissed"), True),
    ]
    cells = [
        [
            Cell(t("identitas.clerk_nth", nth=row["clerk"]), row["clerk"]),
            *(Cell(t.number(row[name]), row[name]) for name in ("decided", "confirmed", "dismissed")),
        ]
        for row in rows
    ]
    return Table(t("identitas.clerks"), heads, cells)


def _sources(rows: Sequence[Mapping[str, Any]], t: Tongue) -> Table:
    names = source_names(t)
    shares = [row["alone"] / row["records"] for row in rows]
    most = max(shares, default=0) or 1
    heads = [
        Head(t("kiriman.source")),
        Head(t("identitas.records"), True),
        Head(t("identitas.alone"), True),
        Head(t("identitas.alone_share"), True),
    ]
    cells = [
        [
            Cell(names.get(row["source"], row["source"])),
            Cell(t.number(row["records"]), row["records"]),
            Cell(t.number(row["alone"]), row["alone"]),
            Cell(t.percent(share, 1), share, bar=share / most, colour="vermilion"),
        ]
        for row, share in zip(rows, shares, strict=True)
    ]
    return Table(t("identitas.by_source"), heads, cells)


def _fairness(rows: Sequence[Mapping[str, Any]], places: Mapping[str, Region], t: Tongue) -> Table:
    most = max((row[name] for row in rows for name in ("alone_share", "asked_share")), default=0) or 1
    heads = [
        Head(t("identitas.group")),
        Head(t("identitas.alone_share"), True),
        Head(t("identitas.asked_share"), True),
    ]
    cells = [
        [
            Cell(_group(row["name"], places, t), row["name"]),
            Cell(t.percent(row["alone_share"], 1), row["alone_share"], bar=row["alone_share"] / most, colour="ochre"),
            Cell(
                t.percent(row["asked_share"], 1), row["asked_share"], bar=row["asked_share"] / most, colour="vermilion"
            ),
        ]
        for row in sorted(rows, key=lambda row: row["name"])
    ]
    return Table(t("identitas.by_region" if places else "identitas.by_sex"), heads, cells)


def _group(name: str, places: Mapping[str, Region], t: Tongue) -> str:
    if not places:
        return t(f"identitas.sex_{name}")
    return t("identitas.unplaced") if name == PROVINCE else places[name].name if name in places else name


def _gap(rows: Sequence[Mapping[str, Any]]) -> float | None:
    """The largest difference between the sexes, in either share."""
    sexes = [row for row in rows if row["kind"] == "sex" and row["name"]]
    gaps = (
        [max(row[name] for row in sexes) - min(row[name] for row in sexes) for name in ("alone_share", "asked_share")]
        if len(sexes) > 1
        else []
    )
    return max(gaps, default=None)


PAGE = Page("mutu/identitas.html", "identitas.title", "identitas.html", _context)
