"""Places kecamatan in the tile grid: writes `tiles.csv` from boundaries. Run by hand when kecamatan change.

    python -m assets.site.place_tiles banten_kec.geojson

Takes the centre of the largest part of each kecamatan. Coordinates are spread: half by position, half by rank. Then
each kecamatan gets a cell of the grid so that the sum of squared distances is smallest. The file also lists its
neighbours. The boundaries themselves are not stored.
"""

from __future__ import annotations

import json
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np

COLUMNS, ROWS = 17, 13
_TARGET = Path(__file__).with_name("tiles.csv")
_BY_RANK = 0.5
_CLOSE = 0.004
"""Degrees: about 440 m."""


def main(boundaries: Path) -> None:
    features = json.loads(boundaries.read_text(encoding="utf-8"))["features"]
    codes = [feature["properties"]["code"].replace(".", "") for feature in features]
    cells = placed(np.array([centre(feature["geometry"]) for feature in features]))
    beside = neighbours({code: feature["geometry"] for code, feature in zip(codes, features, strict=True)})
    lines = sorted(
        f"{code},{column},{row},{' '.join(beside[code])}" for code, (column, row) in zip(codes, cells, strict=True)
    )
    _TARGET.write_text("\n".join(["district_code,column,row,neighbours", *lines]) + "\n", encoding="utf-8")


def neighbours(geometries: dict[str, dict]) -> dict[str, list[str]]:
    """Kecamatan -> those whose boundary is close to its own at more than two points: each boundary was simplified
    separately, so neighbours may have no common points.
    """
    from scipy.spatial import KDTree

    trees = {code: KDTree(_along(each)) for code, each in geometries.items()}
    return {
        code: sorted(
            other
            for other, tree in trees.items()
            if other != code and np.isfinite(own.query(tree.data, distance_upper_bound=_CLOSE)[0]).sum() > 2
        )
        for code, own in trees.items()
    }


def _along(geometry: dict) -> np.ndarray:
    """Points along all outer boundaries, at most half of `_CLOSE` apart."""
    found = []
    for part in _parts(geometry):
        ring = np.array(part[0])
        for start, end in pairwise(ring):
            steps = int(np.hypot(*(end - start)) / (_CLOSE / 2)) + 1
            found.append(start + (end - start) * np.linspace(0, 1, steps, endpoint=False)[:, None])
    return np.concatenate(found)


def centre(geometry: dict) -> tuple[float, float]:
    """Longitude and latitude of the centre of the largest part of a polygon or multipolygon."""
    return max((_centroid(np.array(part[0])) for part in _parts(geometry)), key=lambda found: found[0])[1]


def _parts(geometry: dict) -> list:
    return geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]


def _centroid(ring: np.ndarray) -> tuple[float, tuple[float, float]]:
    x, y, after_x, after_y = ring[:-1, 0], ring[:-1, 1], ring[1:, 0], ring[1:, 1]
    cross = x * after_y - after_x * y
    area = cross.sum() / 2
    if not area:
        return 0.0, (float(x.mean()), float(y.mean()))
    east = float(((x + after_x) * cross).sum() / (6 * area))
    return abs(float(area)), (east, float(((y + after_y) * cross).sum() / (6 * area)))


def placed(centres: np.ndarray) -> np.ndarray:
    """A column and a row, from 0, for each of n centres (n x 2, longitude and latitude)."""
    from scipy.optimize import linear_sum_assignment

    wanted = np.column_stack([_spread(centres[:, 0]) * (COLUMNS - 1), (1 - _spread(centres[:, 1])) * (ROWS - 1)])
    column, row = np.meshgrid(np.arange(COLUMNS), np.arange(ROWS))
    cells = np.column_stack([column.ravel(), row.ravel()])
    distance = ((wanted[:, None, :] - cells[None, :, :]) ** 2).sum(axis=2)
    return cells[linear_sum_assignment(distance)[1]]


def _spread(values: np.ndarray) -> np.ndarray:
    """Scale to 0 to 1."""
    place = (values - values.min()) / np.ptp(values)
    rank = values.argsort().argsort() / (len(values) - 1)
    return (1 - _BY_RANK) * place + _BY_RANK * rank


if __name__ == "__main__":
    main(Path(sys.argv[1]))
