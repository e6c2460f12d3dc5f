"""Names and order of the regions that pages speak of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assets.site.data import Data

PROVINCE = "36"
_SMALL = {"DAN"}


@dataclass(frozen=True)
class Region:
    """level: province, regency or district. name: as it is written in a line of text. above: the code of the region
    that it lies in; None of the province.
    """

    code: str
    level: str
    name: str
    above: str | None


def regions(data: Data) -> Mapping[str, Region]:
    """By code, in the order of codes, without villages."""
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
    """`KABUPATEN PANDEGLANG` is Kab. Pandeglang, `KOTA CILEGON` Kota Cilegon."""
    words = [word if word in _SMALL else word.capitalize() for word in name.split()]
    return " ".join(words).replace("Kabupaten ", "Kab. ")
