"""Maps as grids of tiles: a square for each of the 8 kabupaten/kota, and for each of the 155 kecamatan.

Every place is as large as any other, so that the small and full ones of Tangerang are seen as well as the wide ones of
Lebak. Where the tiles of kecamatan stand is in `tiles.csv`, which `place_tiles.py` made.
"""

from __future__ import annotations

import csv
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
CLASSES = 5
_SIZE = 10


@cache
def district_cells() -> Mapping[str, tuple[int, int]]:
    """kecamatan -> column and row, from 0."""
    with Path(__file__).with_name("tiles.csv").open(encoding="utf-8", newline="") as file:
        return {row["district_code"]: (int(row["column"]), int(row["row"])) for row in csv.DictReader(file)}


@dataclass(frozen=True)
class Scale:
    """Five classes of equal width between round numbers. limits: 6 values."""

    limits: tuple[float, ...]

    @classmethod
    def over(cls, values: Sequence[float], step: float) -> Scale:
        """So that all values fit, with limits at multiples of `step`."""
        low, high = (min(values), max(values)) if values else (0, 0)
        width = step
        while (start := low // width * width) + CLASSES * width < high:
            width += step
        return cls(tuple(start + width * nth for nth in range(CLASSES + 1)))

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


def district_map(tiles: Sequence[Tile], says: str, names: Mapping[str, str], marked: str | None = None) -> Markup:
    """155 tiles with the lines between kabupaten/kota. names: of kabupaten/kota, written over their tiles. marked: the
    kecamatan that is set off. A script may show what each says; the table beside the map says it to everybody.
    """
    cells = district_cells()
    shown = [tile for tile in tiles if tile.code in cells]
    squares = [
        f'<rect class="{tile.shade}{" here" if tile.code == marked else ""}" data-code="{tile.code}"'
        f' data-says="{escape(tile.says)}" x="{cells[tile.code][0] * _SIZE + 0.35:g}"'
        f' y="{cells[tile.code][1] * _SIZE + 0.35:g}" width="9.3" height="9.3" rx="1"/>'
        for tile in sorted(shown, key=lambda tile: tile.code == marked)
    ]
    columns, rows = (max(cell[axis] for cell in cells.values()) + 1 for axis in (0, 1))
    return Markup(  # noqa: S704 -- what comes from data is escaped
        f'<svg class="tilemap" role="img" aria-label="{escape(says)}" focusable="false"'
        f' viewBox="-1 -1 {columns * _SIZE + 2} {rows * _SIZE + 2}">{"".join(squares)}'
        f'<path class="border" d="{_borders()}"/>{"".join(_labels(names))}</svg>'
    )


@cache
def _borders() -> str:
    """Between tiles of different kabupaten/kota, and round the whole."""
    at = {cell: code[:4] for code, cell in district_cells().items()}
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


def _labels(names: Mapping[str, str]) -> list[str]:
    cells = district_cells()
    labels = []
    for regency, name in names.items():
        own = [cell for code, cell in cells.items() if code.startswith(regency)]
        if own:
            x, y = (sum(cell[axis] for cell in own) / len(own) * _SIZE + _SIZE / 2 for axis in (0, 1))
            labels.append(f'<text x="{x:.1f}" y="{y:.1f}">{escape(name)}</text>')
    return labels


def meanings(scale: Scale, written: Callable[[float], str]) -> list[tuple[str, str]]:
    """What each class is, for the legend of a map: (class, words)."""
    limits = scale.limits
    return [(f"c{nth}", f"{written(limits[nth])} – {written(limits[nth + 1])}") for nth in range(CLASSES)]
