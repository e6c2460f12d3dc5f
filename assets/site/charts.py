"""Draws the charts of the site as static SVG: one theme, no script, no network requests.

A chart with axes is drawn by Altair twice, for wide and for narrow screens, so that its text has the same size as the
page's; the style sheet shows the one that fits. Charts without axes (waffles, strips of bars, tiles) are plain HTML or
SVG: `templates/parts.html` and `assets.site.tiles`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup, escape

from assets.site.numbers import MONTHS, Language

COLOURS: Mapping[str, str] = {
    "blue": "#0b5e92",
    "vermilion": "#c8501a",
    "green": "#0f8a72",
    "plum": "#4b1f6f",
    "rose": "#b0309a",
    "sky": "#4a97d8",
    "ochre": "#7a5200",
    "ink": "#2b3140",
}
"""Eight colours, at least 3:1 on white, that colour-blind readers can distinguish (a test measures both). Colour is
never the only sign: text or a pattern repeats it."""
LACKING = ("#fdf0e3", "#f9d3ae", "#f0a56a", "#c2541a", "#7d2d06")
"""Five classes from low to high, if high is bad."""
REACHED = ("#eaf3f9", "#bcd9eb", "#7fb3d5", "#2f79a8", "#0a3f63")
"""Five classes from low to high, if high is good."""
FONT = "Inter, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'Liberation Sans', sans-serif"
WIDE, NARROW = 680, 330
_LABEL = 110
"""Pixels that the label of a point needs."""
_INK, _QUIET, _LINE = "#1d2433", "#4f5969", "#d9d6ce"
_THEME: Mapping[str, Any] = {
    "background": None,
    "font": "Arial",
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": 13,
        "titleFontSize": 13,
        "labelColor": _QUIET,
        "titleColor": _QUIET,
        "titleFontWeight": "normal",
        "gridColor": _LINE,
        "domainColor": _QUIET,
        "tickColor": _QUIET,
        "labelPadding": 6,
        "titlePadding": 10,
    },
    "legend": {"labelFontSize": 13, "titleFontSize": 13, "labelColor": _INK, "titleColor": _QUIET, "orient": "top"},
    "range": {"category": list(COLOURS.values())},
    "text": {"fontSize": 13, "color": _INK},
    "line": {"strokeWidth": 2.5},
    "point": {"size": 60, "filled": True},
}


def drawn(make: Callable[[int], Any], says: str) -> Markup:
    """Draw a chart for wide and narrow screens.

    make: width in pixels -> an Altair chart. says: its description for screen readers.
    """
    wide, narrow = (_svg(make(width)) for width in (WIDE, NARROW))
    return Markup(  # noqa: S704 -- SVG of our own making; Vega escapes its texts
        f'<div class="chart" role="img" aria-label="{escape(says)}">'
        f'<div class="wide" aria-hidden="true">{wide}</div><div class="narrow" aria-hidden="true">{narrow}</div></div>'
    )


def _svg(chart: Any) -> str:
    import vl_convert

    svg = vl_convert.vegalite_to_svg(chart.to_dict() | {"config": _THEME}, show_warnings=False)
    svg = svg.replace('font-family="Arial"', "")  # inherit the page's font
    svg = re.sub(r' (aria-[a-z]+|role)="[^"]*"', "", svg)  # only the container is labelled
    return re.sub(r'<svg[^>]*( viewBox="[^"]*")[^>]*>', r'<svg\1 focusable="false">', svg, count=1)


@dataclass(frozen=True)
class Point:
    """x: a year with its fraction. y: its value. label: the value as text. kind: its series."""

    x: float
    y: float
    label: str
    kind: str


def trend(
    points: Sequence[Point], says: str, colours: Mapping[str, str], decimal_comma: bool, across: bool = False
) -> Markup:
    """Draw a line through the points of each kind in the order of x; y starts at 0. A point shows its value where there
    is room; the last and the first point always do.

    colours: name of the colour of each kind. across: all kinds measure the same, so a dotted line joins all points, and
    labels name the kind; a legend does, if a kind has no label.
    """

    def make(width: int) -> Any:
        import altair as alt

        shown = _with_label(points, width)
        named = across and {points[nth].kind for nth in shown} == set(colours)
        values = [
            {**vars(point), "words": ([point.label, point.kind] if across else point.label) if nth in shown else ""}
            for nth, point in enumerate(points)
        ]
        base: Any = alt.Chart(alt.Data(values=values)).encode(
            x=alt.X(
                "x:Q",
                title=None,
                scale=alt.Scale(nice=False, padding=width // 9, zero=False),
                axis=alt.Axis(format="d", grid=False, tickMinStep=1, tickCount=width // 110),
            ),
            y=alt.Y(
                "y:Q",
                title=None,
                scale=alt.Scale(domain=[0, 1.3 * max(point.y for point in points)], nice=False),
                axis=alt.Axis(
                    tickCount=5,
                    labelExpr=_written("format(datum.value, ',.10~g')", decimal_comma),
                    domain=False,
                    ticks=False,
                ),
            ),
        )
        colour = alt.Color(
            "kind:N",
            title=None,
            scale=alt.Scale(domain=list(colours), range=[COLOURS[name] for name in colours.values()]),
            legend=None if named or len(colours) == 1 else alt.Legend(symbolType="circle", symbolStrokeWidth=0),
        )
        words = {"dy": -26 if across else -13, "fontWeight": "bold", "lineHeight": 15}
        joined = [base.mark_line(color=_QUIET, strokeDash=[2, 4], strokeWidth=1.5)] if across else []
        return alt.layer(
            *joined,
            base.mark_line().encode(color=colour),
            base.mark_point(opacity=1).encode(color=colour, shape=alt.Shape("kind:N", legend=None)),
            base.mark_text(stroke="#fff", strokeWidth=4, strokeJoin="round", **words).encode(text="words:N"),
            base.mark_text(**words).encode(text="words:N"),
        ).properties(width=width, height=260, autosize=alt.AutoSizeParams(type="fit", contains="padding"))

    return drawn(make, says)


def _with_label(points: Sequence[Point], width: int) -> set[int]:
    """Positions of the points with a label: the last, the first, and those between for which there is room."""
    years = max(point.x for point in points) - min(point.x for point in points)
    room = max(years, 1) * _LABEL / width
    last = len(points) - 1
    shown: list[int] = []
    for nth in (last, 0, *range(1, last)):
        if all(abs(points[nth].x - points[other].x) >= room for other in shown if other != nth):
            shown.append(nth)
    return set(shown)


def daily(days: Sequence[tuple[date, int]], says: str, language: Language) -> Markup:
    """Draw one bar per day."""
    values = [{"day": each.isoformat(), "number": number} for each, number in days]

    def make(width: int) -> Any:
        import altair as alt

        months = [name[:3] for name in MONTHS[language]]
        bars: Any = alt.Chart(alt.Data(values=values)).mark_bar(color=COLOURS["blue"])
        return bars.encode(
            x=alt.X(
                "day:T",
                timeUnit="yearmonthdate",
                title=None,
                axis=alt.Axis(
                    grid=False,
                    tickCount=width // 90,
                    labelExpr=f"date(datum.value) + ' ' + {months}[month(datum.value)]",
                ),
            ),
            y=alt.Y(
                "number:Q", title=None, axis=alt.Axis(tickCount=4, tickMinStep=1, domain=False, ticks=False, format="d")
            ),
        ).properties(width=width, height=220, autosize=alt.AutoSizeParams(type="fit", contains="padding"))

    return drawn(make, says)


@dataclass(frozen=True)
class Span:
    """An estimate with its interval, low to high in the chart's unit. label: its subject. written: its value as text.
    colour: by name.
    """

    label: str
    low: float
    value: float
    high: float
    written: str
    colour: str


def spans(rows: Sequence[Span], says: str, decimal_comma: bool) -> Markup:
    """Draw a dot and a line for each estimate and its interval, and a line at zero (no difference)."""
    reach = 1.1 * max([abs(limit) for row in rows for limit in (row.low, row.high)] or [1])
    values = [{**vars(row), "colour": COLOURS[row.colour], "lines": [row.label, row.written]} for row in rows]

    def make(width: int) -> Any:
        import altair as alt

        wide = width == WIDE
        zero: Any = alt.Chart(alt.Data(values=[{"zero": 0}]))
        base: Any = alt.Chart(alt.Data(values=values)).encode(
            y=alt.Y("label:N", sort=[row.label for row in rows], title=None, axis=None)
        )
        axis = alt.Axis(
            labelExpr=_signed_labels(decimal_comma), tickCount=width // 90, grid=False, domain=False, ticks=False
        )
        x = alt.X("low:Q", title=None, scale=alt.Scale(domain=[-reach, reach], nice=False), axis=axis)
        colour = alt.Color("colour:N", scale=None)
        words = {"align": "left", "baseline": "bottom", "lineHeight": 17, "dy": -10}
        named = base.encode(x=alt.value(0), text="label:N" if wide else "lines:N")
        read = base.encode(x=alt.value("width"), text="written:N")
        return alt.layer(
            zero.mark_rule(color=_QUIET, strokeDash=[4, 3]).encode(x="zero:Q"),
            base.mark_rule(strokeWidth=4, strokeCap="round").encode(x=x, x2="high:Q", color=colour),
            base.mark_point(size=150, opacity=1).encode(x="value:Q", color=colour),
            named.mark_text(stroke="#fff", strokeWidth=5, strokeJoin="round", **words),  # over the line at zero
            named.mark_text(**words),
            *([read.mark_text(**words | {"align": "right"}, fontWeight="bold")] if wide else []),
        ).properties(
            width=width,
            height=(58 if wide else 78) * len(rows) + 20,
            autosize=alt.AutoSizeParams(type="fit", contains="padding"),
        )

    return drawn(make, says)


def _signed_labels(decimal_comma: bool) -> str:
    return "datum.value == 0 ? '0' : " + _written("format(datum.value, '+,.10~g')", decimal_comma)


def _written(number: str, decimal_comma: bool) -> str:
    """Vega expression of a formatted number, with its point and commas swapped for Indonesian."""
    if not decimal_comma:
        return number
    return f"replace(replace(replace({number}, regexp(',', 'g'), '_'), '.', ','), regexp('_', 'g'), '.')"


@dataclass(frozen=True)
class Part:
    """A part of a whole: its number, and its colour by name."""

    label: str
    value: float
    colour: str
    written: str


def waffle(parts: Sequence[Part], says: str, squares: int = 200, across: int = 20) -> Markup:
    """Draw a field of squares, divided among the parts by largest remainders, row by row."""
    shares = _apportioned([part.value for part in parts], squares)
    colours = [COLOURS[part.colour] for part, share in zip(parts, shares, strict=True) for _ in range(share)]
    marks = "".join(
        f'<rect x="{nth % across * 10 + 1}" y="{nth // across * 10 + 1}" width="8" height="8" rx="1.5" fill="{fill}"/>'
        for nth, fill in enumerate(colours)
    )
    return Markup(  # noqa: S704 -- numbers and our own colours
        f'<div class="chart waffle" role="img" aria-label="{escape(says)}">'
        f'<svg viewBox="0 0 {across * 10} {-(-squares // across) * 10}" focusable="false">{marks}</svg></div>'
    )


def _apportioned(values: Sequence[float], squares: int) -> list[int]:
    """Number of squares of each part, in total `squares`; all 0 if the values are 0."""
    whole = sum(values)
    if not whole:
        return [0] * len(values)
    exact = [value / whole * squares for value in values]
    given = [int(each) for each in exact]
    by_rest = sorted(range(len(values)), key=lambda nth: (given[nth] - exact[nth], nth))
    for nth in by_rest[: squares - sum(given)]:
        given[nth] += 1
    return given
