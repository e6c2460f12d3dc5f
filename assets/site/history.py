"""How indicators of regions went from load to load, as the site showed them: rounded, so that nothing follows from
them that earlier sites did not say.

`HOME/publications/<load>/history.parquet`, one row per day, region and indicator: each site adds its own to those of
the load before. It needs no earlier publication once that is removed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl
from markupsafe import Markup

from assets import durable
from assets.site.coverage import share
from assets.site.data import Data
from assets.site.indicators import measured

LOADS = 31
"""So many last days of loads are kept; of each earlier month, the last one."""
_PLACE = ("region_level", "region_code", "indicator")
_COLUMNS = {"as_of": pl.Date, **dict.fromkeys(_PLACE, pl.String), "part": pl.Int64, "whole": pl.Int64}
_MODE = 0o640
_WIDTH, _HEIGHT, _EDGE = 96, 22, 3
_LEAST_RANGE = 0.05
"""Shares that differ by less are drawn nearly level: rounding moves small ones by as much."""
_LEAST_STEPS = 2


@dataclass(frozen=True)
class Step:
    """A share on the day of a load."""

    day: date
    share: float


Course = Sequence[Step]


def courses(data: Data) -> Mapping[tuple[str, str, str], Course]:
    """(level, region, key of the indicator) -> its shares in the order of days, this load's last."""
    found: dict[tuple[str, str, str], list[Step]] = defaultdict(list)
    for day, level, code, indicator, part, whole in data.once(_kept).iter_rows():
        if (value := share(part, whole)) is not None:
            found[level, code, indicator].append(Step(day, value))
    return found


def write(data: Data, path: Path) -> None:
    """Write the history up to this load, for the sites after it."""
    fresh = path.with_name(f".{path.name}.fresh")
    data.once(_kept).write_parquet(fresh)
    durable.settle(fresh, path, _MODE)


def _kept(data: Data) -> pl.DataFrame:
    rows = [
        (data.as_of, level, code, indicator.key, value.part, value.whole)
        for indicator, values in data.once(measured).items()
        for (level, code), value in values.items()
    ]
    every = pl.DataFrame(rows, _COLUMNS, orient="row")
    if data.past is not None:
        every = pl.concat([data.past.filter(pl.col("as_of") < data.as_of), every])
    days = every.select(pl.col("as_of").unique().sort(descending=True)).with_row_index("nth")
    last_of_month = pl.col("as_of") == pl.col("as_of").max().over(pl.col("as_of").dt.truncate("1mo"))
    return every.join(days.filter((pl.col("nth") < LOADS) | last_of_month), on="as_of", how="semi").sort(
        "as_of", *_PLACE
    )


def drawn(course: Course) -> Markup:
    """A line of the shares, without numbers: they stand beside it. Empty for fewer than two."""
    if len(course) < _LEAST_STEPS:
        return Markup()
    first, last = course[0].day, course[-1].day
    low, high = min(step.share for step in course), max(step.share for step in course)
    middle, span = (low + high) / 2, max(high - low, _LEAST_RANGE)
    days = max((last - first).days, 1)
    points = [
        (
            _EDGE + (step.day - first).days / days * (_WIDTH - 2 * _EDGE),
            _HEIGHT / 2 - (step.share - middle) / span * (_HEIGHT - 2 * _EDGE),
        )
        for step in course
    ]
    line = " ".join(f"{x:.0f},{y:.1f}" for x, y in points)
    return Markup(  # noqa: S704 -- SVG of our own making, of numbers
        f'<svg class="course" viewBox="0 0 {_WIDTH} {_HEIGHT}" aria-hidden="true" focusable="false">'
        f'<polyline points="{line}"/><circle cx="{points[-1][0]:.0f}" cy="{points[-1][1]:.1f}" r="2.5"/></svg>'
    )
