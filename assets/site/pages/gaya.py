"""Gaya: samples of the design system: type, colours, cards, tables, charts, maps."""

from __future__ import annotations

from collections.abc import Sequence

from assets.site import tiles
from assets.site.charts import COLOURS, LACKING, REACHED, Part, Point, Span, spans, trend, waffle
from assets.site.data import Data
from assets.site.page import Context, Page, Values
from assets.site.table import Cell, Head, Table
from assets.site.tongue import Tongue

_MADE_UP = (40, 30, 20, 10)


def _context(data: Data, t: Tongue, _: Values) -> Context:
    parts = [
        Part(t("gaya.part", nth=nth + 1), value, colour, t.percent(value / 100))
        for nth, (value, colour) in enumerate(zip(_MADE_UP, COLOURS, strict=False))
    ]
    scale = tiles.Scale.over([0, 1])
    codes = sorted(tiles.district_cells())
    return {
        "names": list(COLOURS.items()),
        "ramps": [("lacking", LACKING), ("reached", REACHED)],
        "parts_": parts,
        "field": waffle(parts, t("gaya.made_up")),
        "trend": trend(_points(), t("gaya.made_up"), {"A": "blue", "B": "vermilion"}, t.language == "id"),
        "spans": spans(_spans(), t("gaya.made_up"), t.language == "id"),
        "lines": [{"name": "A", "link": None, "parts": parts, "said": t.percent(0.4)}],
        "table": _table(t),
        "shades": [*tiles.meanings(scale, t.percent), ("none", t("gaya.none"))],
        "cells": _cells(scale, t),
        "map": tiles.district_map(
            [
                tiles.Tile(code, "none" if nth % 40 == 7 else scale.of(nth / len(codes)), code)
                for nth, code in enumerate(codes)
            ],
            t("gaya.made_up"),
            {},
        ),
        "numbers": [t.number(1234567.8, 1), t.percent(0.0509, 2), t.rupiah(24e6), t.rupiah(1.25e9), t.day(data.as_of)],
    }


def _points() -> Sequence[Point]:
    return [
        Point(2002 + 3 * nth, 9 - nth - 4 * (kind == "B") * (nth + 4) / 8, "", kind)
        for kind in "AB"
        for nth in range(5)
    ]


def _spans() -> Sequence[Span]:
    return [Span("A", 1, 3, 5, "+3 (1–5)", "blue"), Span("B", -2, -1, 0.5, "−1 (−2–0,5)", "ochre")]


def _cells(scale: tiles.Scale, t: Tongue) -> list[dict[str, object]]:
    return [
        {"name": code, "link": "#isi", "value": t.percent(nth / 7), "shade": scale.of(nth / 7), "column": x, "row": y}
        for nth, (code, (x, y)) in enumerate(tiles.REGENCY_CELLS.items())
    ]


def _table(t: Tongue) -> Table:
    heads = [Head("A"), Head("B", True), Head("C", True), Head("D")]
    rows = [
        [
            Cell(name),
            Cell(t.number(1000 * nth), 1000 * nth),
            Cell(t.percent(nth / 4), nth, bar=nth / 4, colour=colour),
            Cell(tone, tone=tone),
        ]
        for nth, (name, colour, tone) in enumerate(
            zip("abcd", COLOURS, ("good", "warn", "bad", "good"), strict=False), start=1
        )
    ]
    return Table(t("gaya.table"), heads, rows)


PAGE = Page("gaya.html", "gaya.title", "gaya.html", _context, of_load=True)
