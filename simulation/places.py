"""Where villages and houses lie: rough, invented places; the seeds have no coordinates."""

from __future__ import annotations

from functools import cache

import numpy as np
import polars as pl

from validations import regions

CENTRES = {
    "3601": (105.85, -6.55), "3602": (106.25, -6.65), "3603": (106.47, -6.15), "3604": (106.05, -6.15),
    "3671": (106.63, -6.18), "3672": (106.03, -6.01), "3673": (106.16, -6.12), "3674": (106.70, -6.30),
}  # fmt: skip
"""Longitude and latitude of each kabupaten/kota, roughly."""
METRES = 111_320
"""Of a degree of latitude; near the equator also of longitude."""
HOUSES = 8192
"""So many places round a village's centre are drawn; a family's number chooses one, the same at each visit."""
SPREAD, FARTHEST = 450, 1_800
"""Metres between the houses of a village and its centre: the usual, and the most."""


@cache
def villages(code: str) -> pl.DataFrame:
    """village, longitude, latitude of the villages of a kabupaten/kota."""
    of = regions.villages().filter(pl.col("village_code").str.starts_with(code))
    rng = np.random.default_rng([int(code), 1])
    town = code[2] == "7"
    districts = of["district_code"].rank("dense").to_numpy() - 1
    around = rng.uniform(-1, 1, (districts.max() + 1, 2)) * (0.05 if town else 0.2)
    near = rng.uniform(-1, 1, (of.height, 2)) * (0.012 if town else 0.035)
    at = np.array(CENTRES[code]) + around[districts] + near
    return pl.DataFrame({"village": of["village_code"], "longitude": at[:, 0], "latitude": at[:, 1]})


def houses(code: str, village: pl.Series, number: pl.Series) -> np.ndarray:
    """Longitude and latitude of each house, by its village and a number that stays the family's; NaN without a known
    village.
    """
    centre = village.to_frame("village").join(villages(code), on="village", how="left", maintain_order="left")
    away = np.clip(np.random.default_rng(2).normal(0, SPREAD, (HOUSES, 2)), -FARTHEST, FARTHEST) / METRES
    return centre.select("longitude", "latitude").to_numpy() + away[number.to_numpy() % HOUSES]


def moved(points: np.ndarray, metres: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Points so far away, in any direction."""
    angle = rng.uniform(0, 2 * np.pi, len(points))
    return points + np.column_stack([np.cos(angle), np.sin(angle)]) * (metres / METRES)[:, None]


def geojson(points: np.ndarray, accuracy: np.ndarray, known: np.ndarray, name: str) -> pl.Series:
    """GeoJSON points as ODK Central writes them, with the accuracy in metres as a property; null where not known."""
    frame = pl.DataFrame(
        {
            "type": pl.Series(["Point"] * len(points), dtype=pl.String),
            "coordinates": pl.Series(points.round(6), dtype=pl.Array(pl.Float64, 2)).arr.to_list(),
            "properties": pl.DataFrame({"accuracy": accuracy.round(1)}).to_struct("properties"),
        }
    )
    there = pl.Series(known & ~np.isnan(points).any(axis=1))
    return frame.select(pl.when(pl.lit(there)).then(pl.struct(pl.all())).alias(name)).to_series()
