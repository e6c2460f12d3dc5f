"""Maps as grids of tiles: a square for each of the 8 kabupaten/kota, and for each of the 155 kecamatan.

Every place is as large as any other, so that the small and full ones of Tangerang are seen as well as the wide ones of
Lebak. Where the tiles of kecamatan stand is in `tiles.csv`, which `place_tiles.py` made.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from markupsafe import Markup, escape

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
"""Column and row, from 0: north is up, and the sea is where it is."""
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
"""Where the names of kabupaten/kota stand over the tiles of their kecamatan, none in the way of another."""
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
    """The kecamatan that one borders on; none of one that is not in the grid."""
    return _districts()[district][1] if district in _districts() else ()


@dataclass(frozen=True)
class Scale:
    """Five classes of equal width between round numbers. limits: 6 values."""

    limits: tuple[float, ...]

    @classmethod
    def over(cls, values: Sequence[float]) -> Scale:
        """So that all values fit, the classes as narrow as round numbers allow."""
        low, high = (min(values), max(values)) if values else (0.0, 0.0)
        for width in _WIDTHS:
            start = math.floor(low / width + 1e-9)
            if (start + CLASSES) * width >= high - 1e-9:
                break
        return cls(tuple((start + nth) * width for nth in range(CLASSES + 1)))

    def of(self, value: float | None) -> str:
        """The class of a value: `c0` to `c4`, `none` where there is no value."""
        if value is None:
            return "none"
        return f"c{min(sum(value >= limit for limit in self.limits[1:-1]), CLASSES - 1)}"


@dataclass(frozen=True)
class Tile:
    """A kecamatan as it is drawn: its class, and what is said when one points at it."""

    code: str
    shade: str
    says: str


def district_map(
    tiles: Sequence[Tile], says: str, names: Mapping[str, str] | None = None, marked: str | None = None
) -> Markup:
    """Tiles of kecamatan, with the lines between kabupaten/kota. names: of kabupaten/kota, written over their tiles.
    marked: the kecamatan that is set off. A script may show what each says; the table beside the map says it to
    everybody.
    """
    cells = {tile.code: district_cells()[tile.code] for tile in tiles if tile.code in district_cells()}
    squares = [
        f'<rect class="{tile.shade}{" here" if tile.code == marked else ""}" data-code="{tile.code}"'
        f' data-says="{escape(tile.says)}" x="{cells[tile.code][0] * _SIZE + 0.35:g}"'
        f' y="{cells[tile.code][1] * _SIZE + 0.35:g}" width="9.3" height="9.3" rx="1"/>'
        for tile in sorted(tiles, key=lambda tile: tile.code == marked)
        if tile.code in cells
    ]
    return Markup(  # noqa: S704 -- what comes from data is escaped
        f'<svg class="tilemap" role="img" aria-label="{escape(says)}" focusable="false" viewBox="{_frame(cells)}">'
        f'{"".join(squares)}<path class="border" d="{_borders(frozenset(cells))}"/>{_labels(names or {})}</svg>'
    )


def _frame(cells: Mapping[str, tuple[int, int]]) -> str:
    """The part of the grid that is seen."""
    if not cells:
        return "0 0 10 10"
    (left, right), (top, bottom) = (
        (min(cell[axis] for cell in cells.values()), max(cell[axis] for cell in cells.values())) for axis in (0, 1)
    )
    return f"{left * _SIZE - 1} {top * _SIZE - 1} {(right - left + 1) * _SIZE + 2} {(bottom - top + 1) * _SIZE + 2}"


@cache
def _borders(codes: frozenset[str]) -> str:
    """Between tiles of different kabupaten/kota, and round the whole."""
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


def _labels(names: Mapping[str, str]) -> str:
    return "".join(
        f'<text x="{_LABELS[regency][0] * _SIZE:g}" y="{_LABELS[regency][1] * _SIZE:g}">{escape(name)}</text>'
        for regency, name in names.items()
    )


def meanings(scale: Scale, written: Callable[[float], str]) -> list[tuple[str, str]]:
    """What each class is, for the legend of a map: (class, words)."""
    limits = scale.limits
    return [(f"c{nth}", f"{written(limits[nth])} – {written(limits[nth + 1])}") for nth in range(CLASSES)]
