"""Counts poor households reached by PKH and Jamsosratu, for several pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assets.site.data import Data

PKH, JAMSOSRATU = "PKH", "JAMSOSRATU"
LEAST = 20
"""Minimum of a whole for a share: counts are rounded by up to 9, so smaller shares are meaningless."""
_REACHED = """
    select c.region_code, any_value(c.poor_households) as poor,
        max(c.served_poor_households) filter (c.programme = 'PKH') as pkh,
        max(c.served_poor_households) filter (c.programme = 'JAMSOSRATU') as jamsosratu,
        any_value(coalesce(o.poor_households, 0)) as both
    from {schema}.coverage_by_region as c
    left join {schema}.programme_overlap as o
        on o.region_level = c.region_level and o.region_code = c.region_code
        and o.programme_a in ('PKH', 'JAMSOSRATU') and o.programme_b in ('PKH', 'JAMSOSRATU')
    where c.region_level = $level
    group by c.region_code order by c.region_code"""


@dataclass(frozen=True)
class Reached:
    """Poor households of a region (RTM), by the programmes that reach them. All counts are households and add up."""

    region: str
    poor: int
    pkh: int
    jamsosratu: int
    both: int

    @property
    def only_pkh(self) -> int:
        return self.pkh - self.both

    @property
    def only_jamsosratu(self) -> int:
        return self.jamsosratu - self.both

    @property
    def neither(self) -> int:
        return self.poor - self.pkh - self.jamsosratu + self.both

    @property
    def lacking(self) -> float | None:
        """The share with neither programme; None if there are too few households."""
        return share(self.neither, self.poor)


def reached(data: Data, level: str = "regency", schema: str = "shown") -> Mapping[str, Reached]:
    """By region of a level (province or regency), without regions where a count may not be shown."""
    rows = data.rows(_REACHED.format(schema=schema), {"level": level})
    return {row["region_code"]: Reached(*row.values()) for row in rows if None not in row.values()}


def share(part: int | None, whole: int | None) -> float | None:
    """The share of a part; None if the whole is less than LEAST."""
    return None if part is None or whole is None or whole < LEAST else part / whole
