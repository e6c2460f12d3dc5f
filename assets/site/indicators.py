"""The indicators of maps: for every region a part of a whole, from the rounded counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assets.site.coverage import share
from assets.site.data import Data
from assets.site.tongue import Tongue


@dataclass(frozen=True)
class Indicator:
    """A share. ramp: `lacking` if a high share is bad, `reached` if it is good. part, whole: SQL on the columns of a
    table of `shown`. programme: the programme, if the table has rows for each.
    """

    name: str
    ramp: str
    table: str
    part: str
    whole: str
    programme: str | None = None

    @property
    def key(self) -> str:
        """Its name in links."""
        return f"{self.name}-{self.programme}".lower() if self.programme else self.name

    def title(self, t: Tongue) -> str:
        return str(t(f"indikator.{self.name}", programme=self._programme(t)))

    def sees(self, t: Tongue) -> str:
        """A sentence that describes the share."""
        return str(t(f"indikator.{self.name}_sees", programme=self._programme(t)))

    def _programme(self, t: Tongue) -> str:
        return str(t(f"nama.{self.programme}")) if self.programme else ""


def _missed(programme: str) -> Indicator:
    return Indicator("missed", "lacking", "coverage_by_region", "unserved_in_need", "in_need", programme)


def _served(programme: str) -> Indicator:
    return Indicator("served", "reached", "coverage_by_region", "served_poor_units", "poor_units", programme)


INDICATORS = (
    Indicator("poor", "lacking", "region_indicators", "poor_persons", "residents"),
    _served("PKH"),
    _served("JAMSOSRATU"),
    _served("PBI_JKN"),
    *map(_missed, ("PKH", "JAMSOSRATU", "PIP", "PBI_JKN", "RTLH", "UMKM")),
    Indicator("stunted", "lacking", "region_indicators", "toddlers_stunted", "toddlers_measured"),
    Indicator("no_school", "lacking", "region_indicators", "school_age - pupils", "school_age"),
    Indicator("unfit", "lacking", "coverage_by_region", "in_need", "poor_households", "RTLH"),
)


@dataclass(frozen=True)
class Value:
    """Value of one region. share: None if the whole is too small. rank: among `of` regions of its level."""

    part: int | None
    whole: int | None
    share: float | None
    rank: int | None = None
    of: int = 0


class ByRegion(dict[tuple[str, str], Value]):
    """(level, code) -> value; an empty value for a region that the table lacks."""

    def __missing__(self, at: tuple[str, str]) -> Value:
        return Value(None, None, None)


Measured = Mapping[Indicator, ByRegion]


def measured(data: Data) -> Measured:
    """Every indicator of every region (province, regency, district)."""
    return {indicator: _ranked(_values(data, indicator)) for indicator in INDICATORS}


def _values(data: Data, indicator: Indicator) -> ByRegion:
    rows = data.rows(
        f"select region_level, region_code, {indicator.part} as part, {indicator.whole} as whole"
        f" from shown.{indicator.table}" + (" where programme = $programme" if indicator.programme else ""),
        {"programme": indicator.programme} if indicator.programme else {},
    )
    return ByRegion(
        ((row["region_level"], row["region_code"]), Value(row["part"], row["whole"], share(row["part"], row["whole"])))
        for row in rows
        if not (row["region_level"] == "regency" and len(row["region_code"]) == 2)
    )


def _ranked(values: ByRegion) -> ByRegion:
    """Add ranks; regions with the same share have the same rank."""
    found = ByRegion(values)
    for level in {level for level, _ in values}:
        known = {at: each for at, each in values.items() if at[0] == level and each.share is not None}
        shares = sorted((each.share or 0 for each in known.values()), reverse=True)
        first = {value: shares.index(value) + 1 for value in set(shares)}
        for at, each in known.items():
            found[at] = Value(each.part, each.whole, each.share, first[each.share or 0], len(known))
    return found
