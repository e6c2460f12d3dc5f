"""Draws maps: one square for each of the 8 kabupaten/kota and of the 155 kecamatan; or their true shapes.

All tiles have the same size, so that the small, populous ones of Tangerang are as visible as the large ones of Lebak.
The positions of kecamatan are in `tiles.csv`, which `place_tiles.py` writes.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from markupsafe import Markup, escape

from assets.site.boundaries import Ground, ground

REGENCY_CELLS: Mapping[str, tuple[int, int]] = {
    "3672": (0, 0),
    "3604": (1, 0),
    "3603": (2, 0),
    "3671": (3, 0),
    "3601": (0, 1),
    "3673": (1, 1),
    "3602": (2, 1),
    "3674": (3, 1),
}
"""Column and row, from 0: north is up."""
_LABELS: Mapping[str, tuple[float, float]] = {
    "3601": (4.2, 7.5),
    "3602": (9, 9),
    "3603": (13.1, 2),
    "3604": (9.7, 0.9),
    "3671": (14.4, 4.5),
    "3672": (5.5, 2),
    "3673": (7.6, 3.5),
    "3674": (15.5, 7.5),
}
"""Positions of the names of kabupaten/kota over the tiles of their kecamatan, without overlap."""
CLASSES = 5
_SIZE = 10
_WIDTHS = (0.01, 0.02, 0.03, 0.04, 0.05, 0.08, 0.1, 0.15, 0.2)


@cache
def _districts() -> Mapping[str, tuple[tuple[int, int], tuple[str, ...]]]:
    with Path(__file__).with_name("tiles.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["district_code"]: ((int(row["column"]), int(row["row"])), tuple(row["neighbours"].split()))
            for row in csv.DictReader(file)
        }


@cache
def district_cells() -> Mapping[str, tuple[int, int]]:
    """kecamatan -> column and row, from 0."""
    return {code: cell for code, (cell, _) in _districts().items()}


def neighbours(district: str) -> tuple[str, ...]:
    """The neighbours of a kecamatan; empty if it is not in the grid."""
    return _districts()[district][1] if district in _districts() else ()


@dataclass(frozen=True)
class Scale:
    """Five classes of equal width between round numbers. limits: 6 values."""

    limits: tuple[float, ...]

    @classmethod
    def over(cls, values: Sequence[float]) -> Scale:
        """Make the narrowest scale with round limits that covers all values."""
        low, high = (min(values), max(values)) if values else (0.0, 0.0)
        for width in _WIDTHS:
            start = math.floor(low / width + 1e-9)
            if (start + CLASSES) * width >= high - 1e-9:
                break
        return cls(tuple((start + nth) * width for nth in range(CLASSES + 1)))

    def of(self, value: float | None) -> str:
        """The class of a value: `c0` to `c4`, `none` if there is no value."""
        if value is None:
            return "none"
        return f"c{min(sum(value >= limit for limit in self.limits[1:-1]), CLASSES - 1)}"


@dataclass(frozen=True)
class Tile:
    """A kecamatan on a map. shade: its class. says: text shown when it is pointed at."""

    code: str
    shade: str
    says: str


def district_map(
    tiles: Sequence[Tile], says: str, names: Mapping[str, str] | None = None, marked: str | None = None
) -> Markup:
    """Draw kecamatan as tiles, with borders of kabupaten/kota; in their true shape if there are boundaries.

    names: of kabupaten/kota, written over their kecamatan. marked: the kecamatan to mark. A script may show the text of
    each tile; the table beside the map has the same values.
    """
    true = ground()
    places = true.rings if true else district_cells()
    shown = sorted((tile for tile in tiles if tile.code in places), key=lambda tile: tile.code == marked)
    marks = [
        f'<{"use" if true else "rect"} class="{tile.shade}{" here" if tile.code == marked else ""}"'
        f' data-code="{tile.code}" data-says="{escape(tile.says)}" {_place(tile.code, true)}/>'
        for tile in shown
    ]
    codes = frozenset(tile.code for tile in shown)
    frame = true.frame(codes) if true else _frame({code: district_cells()[code] for code in codes})
    border = "" if true else f'<path class="border" d="{_borders(codes)}"/>'
    return Markup(  # noqa: S704 -- what comes from data is escaped
        f'<svg class="tilemap{" true" if true else ""}" role="img" aria-label="{escape(says)}" focusable="false"'
        f' viewBox="{frame}">{"".join(marks)}{border}{_labels(names or {}, true)}</svg>'
    )


def shapes(codes: Iterable[str]) -> Markup:
    """The true shapes of these kecamatan, once per page, if there are boundaries; else empty."""
    true = ground()
    return true.shapes(codes) if true else Markup()


def _place(code: str, true: Ground | None) -> str:
    if true:
        return f'href="#k{code}"'
    column, row = district_cells()[code]
    return f'x="{column * _SIZE + 0.35:g}" y="{row * _SIZE + 0.35:g}" width="9.3" height="9.3" rx="1"'


def _frame(cells: Mapping[str, tuple[int, int]]) -> str:
    """The visible part of the grid."""
    if not cells:
        return "0 0 10 10"
    (left, right), (top, bottom) = (
        (min(cell[axis] for cell in cells.values()), max(cell[axis] for cell in cells.values())) for axis in (0, 1)
    )
    return f"{left * _SIZE - 1} {top * _SIZE - 1} {(right - left + 1) * _SIZE + 2} {(bottom - top + 1) * _SIZE + 2}"


@cache
def _borders(codes: frozenset[str]) -> str:
    """Path between tiles of different kabupaten/kota and around the map."""
    at = {district_cells()[code]: code[:4] for code in codes}
    lines = set()
    for (column, row), regency in at.items():
        x, y = column * _SIZE, row * _SIZE
        if at.get((column - 1, row)) != regency:
            lines.add(f"M{x} {y}v{_SIZE}")
        if at.get((column + 1, row)) != regency:
            lines.add(f"M{x + _SIZE} {y}v{_SIZE}")
        if at.get((column, row - 1)) != regency:
            lines.add(f"M{x} {y}h{_SIZE}")
        if at.get((column, row + 1)) != regency:
            lines.add(f"M{x} {y + _SIZE}h{_SIZE}")
    return "".join(sorted(lines))


def _labels(names: Mapping[str, str], true: Ground | None) -> str:
    """Names over the map. On true shapes, a name that would cover an earlier one is left out."""
    at = {code: true.middle(code) if true else (_LABELS[code][0] * _SIZE, _LABELS[code][1] * _SIZE) for code in names}
    written: list[str] = []
    for code in names:
        if not true or all(_apart(at[code], names[code], at[other], names[other]) for other in written):
            written.append(code)
    return "".join(f'<text x="{at[code][0]:g}" y="{at[code][1]:g}">{escape(names[code])}</text>' for code in written)


def _apart(one: tuple[float, float], name: str, other: tuple[float, float], its_name: str) -> bool:
    """Whether two names do not overlap: a letter is about 2.4 units wide, a line 6 high."""
    return abs(one[1] - other[1]) > 6 or abs(one[0] - other[0]) > 1.2 * (len(name) + len(its_name))


def meanings(scale: Scale, written: Callable[[float], str]) -> list[tuple[str, str]]:
    """The legend of a map: (class, text) for each class."""
    limits = scale.limits
    return [(f"c{nth}", f"{written(limits[nth])} – {written(limits[nth + 1])}") for nth in range(CLASSES)]
