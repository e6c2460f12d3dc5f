"""Reads boundaries of kecamatan from the GeoJSON file in SADAYA_BOUNDARIES. Without one, maps are tile grids.

Each shape is written into a page once (`Ground.shapes`) and used by all maps of the page.
"""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup

from validations.errors import SadayaError

BOUNDARIES = "SADAYA_BOUNDARIES"
_CODE = re.compile(r"36\d{4}")
_WIDTH = 170
"""Width of the province in map units: equal to the tile grid, so that text has the same size."""

Ring = list[tuple[float, float]]


class BoundaryError(SadayaError):
    """The file in SADAYA_BOUNDARIES has no boundaries of kecamatan."""


@dataclass(frozen=True)
class Ground:
    """rings: kecamatan -> its outer boundaries in map units, x to the east, y to the south."""

    rings: Mapping[str, list[Ring]]

    def shapes(self, codes: Iterable[str]) -> Markup:
        """The shapes of kecamatan, for `<use href="#k360101">` on the same page."""
        paths = "".join(f'<path id="k{code}" d="{self._path(code)}"/>' for code in codes if code in self.rings)
        return Markup(  # noqa: S704 -- numbers of our own
            f'<svg class="unseen" aria-hidden="true" focusable="false"><defs>{paths}</defs></svg>'
        )

    def _path(self, code: str) -> str:
        return "".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in ring[:-1]) + "Z" for ring in self.rings[code])

    def frame(self, codes: Iterable[str]) -> str:
        """The view box around these kecamatan."""
        points = [point for code in codes for ring in self.rings.get(code, []) for point in ring] or [(0.0, 0.0)]
        (left, right), (top, bottom) = ((min(p[axis] for p in points), max(p[axis] for p in points)) for axis in (0, 1))
        return f"{left - 1:.1f} {top - 1:.1f} {right - left + 2:.1f} {bottom - top + 2:.1f}"

    def middle(self, regency: str) -> tuple[float, float]:
        """Position of the name of a kabupaten/kota: mean of the centres of its kecamatan's bounding boxes."""
        boxes = [
            [point for ring in rings for point in ring] for code, rings in self.rings.items() if code[:4] == regency
        ]
        if not boxes:
            return (0.0, 0.0)
        x, y = (
            sum((min(p[a] for p in box) + max(p[a] for p in box)) / 2 for box in boxes) / len(boxes) for a in (0, 1)
        )
        return (x, y)


def ground() -> Ground | None:
    """Read the boundaries; None if SADAYA_BOUNDARIES is not set.

    Raises:
        BoundaryError: the file cannot be read, or none of its features has a kecamatan's code.
    """
    named = os.environ.get(BOUNDARIES)
    return _read(Path(named)) if named else None


@cache
def _read(path: Path) -> Ground:
    try:
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        found = {code: list(_outer(each["geometry"])) for each in features if (code := _code(each["properties"]))}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BoundaryError(f"{BOUNDARIES}: {path.name} is no GeoJSON of boundaries ({type(error).__name__})") from None
    if not found:
        raise BoundaryError(f"{BOUNDARIES}: no feature of {path.name} has the code of a kecamatan of Banten")
    return Ground(_projected(found))


def _code(properties: Mapping[str, Any]) -> str | None:
    """The first property that is a kecamatan's code: 36.01.01 or 360101."""
    written = (str(value).replace(".", "") for value in properties.values())
    return next((value for value in written if _CODE.fullmatch(value)), None)


def _outer(geometry: Mapping[str, Any]) -> Iterator[Ring]:
    parts = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    for part in parts:
        yield [(float(x), float(y)) for x, y, *_ in part[0]]


def _projected(rings: Mapping[str, list[Ring]]) -> dict[str, list[Ring]]:
    """Convert degrees to map units. Banten is small, so a degree of longitude is scaled by one cosine."""
    points = [point for parts in rings.values() for ring in parts for point in ring]
    west, north = min(x for x, _ in points), max(y for _, y in points)
    narrow = math.cos(math.radians(north))
    scale = _WIDTH / ((max(x for x, _ in points) - west) * narrow)
    return {
        code: [[((x - west) * narrow * scale, (north - y) * scale) for x, y in ring] for ring in parts]
        for code, parts in rings.items()
    }
