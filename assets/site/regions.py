"""Names and order of the regions on the site."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assets.site.data import Data

PROVINCE = "36"
_SMALL = {"DAN"}


@dataclass(frozen=True)
class Region:
    """level: province, regency or district. name: as written in text. above: the code of its parent region; None for
    the province.
    """

    code: str
    level: str
    name: str
    above: str | None


def regions(data: Data) -> Mapping[str, Region]:
    """Regions by code, in the order of codes, without villages."""
    rows = data.rows(
        "select region_code, region_level, region_name, parent_code from shown.dim_region"
        " where region_level <> 'village' order by region_code"
    )
    return {
        row["region_code"]: Region(
            row["region_code"], row["region_level"], written(row["region_name"]), row["parent_code"]
        )
        for row in rows
    }


def written(name: str) -> str:
    """Format a name: `KABUPATEN PANDEGLANG` as Kab. Pandeglang, `KOTA CILEGON` as Kota Cilegon."""
    words = [word if word in _SMALL else word.capitalize() for word in name.split()]
    return " ".join(words).replace("Kabupaten ", "Kab. ")
