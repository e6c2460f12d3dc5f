"""What a publication says of the programme's effect: computed from its warehouse, kept beside it as `effect.json`.

Counts are multiples of ten, shares have three decimals, and nothing is said of fewer than a hundred households on
either side: the file may be read by everybody.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass, replace
from pathlib import Path

import duckdb
import pandas as pd
from pydantic import TypeAdapter

from assets import durable
from assets.effect.compare import Balance, Difference, Interval, balance, difference, grouped
from validations.regions import PROVINCE

NAME = "effect.json"
OUTCOMES = ("in_school", "insured", "stunted")
"""Shares of a household's children of school age, members, and measured small children."""
PLACEBO = "girls"
"""Share of girls among the children: the programme cannot have changed it, so a difference would be the method's."""
_BASE, _DECIMALS = 10, 3
_FILE_MODE = 0o644
_SQL = Path(__file__).with_name("households.sql")


@dataclass(frozen=True)
class Estimate:
    """One comparison. region_code: a kabupaten/kota, or the province. start_year: of families that entered then; None
    for all.
    """

    outcome: str
    region_code: str
    start_year: int | None
    difference: Difference


@dataclass(frozen=True)
class Report:
    """All comparisons of a publication: per outcome and placebo, by province, kabupaten/kota and year of entry."""

    estimates: list[Estimate]
    balance: list[Balance]

    def find(self, outcome: str, region_code: str = PROVINCE, start_year: int | None = None) -> Difference | None:
        """The comparison of an outcome, or None if there is none of that region or year."""
        wanted = (outcome, region_code, start_year)
        return next(
            (one.difference for one in self.estimates if (one.outcome, one.region_code, one.start_year) == wanted), None
        )


def households(warehouse: Path) -> pd.DataFrame:
    """Households to compare (columns of `households.sql`) of a warehouse with marts.

    Raises:
        duckdb.Error: the file cannot be read, or has not the marts.
    """
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(_SQL.read_text(encoding="utf-8")).df()


def compare(rows: pd.DataFrame) -> Report:
    """Every comparison that `households` allow."""
    known = grouped(rows)
    treated = known["treated"].astype(bool)
    regions = sorted(known.loc[treated, "regency_code"].unique())
    years = sorted(int(year) for year in known.loc[treated, "start_year"].dropna().unique())
    estimates = []
    for outcome in (*OUTCOMES, PLACEBO):
        estimates.append(Estimate(outcome, PROVINCE, None, difference(known, outcome)))
        estimates += [
            Estimate(outcome, code, None, difference(known[known["regency_code"] == code], outcome)) for code in regions
        ]
        estimates += [
            Estimate(outcome, PROVINCE, year, difference(known[~treated | (known["start_year"] == year)], outcome))
            for year in years
        ]
    return Report(estimates, balance(known))


def write(warehouse: Path, folder: Path) -> Path:
    """Compute the report of a warehouse and write `effect.json` into its publication's folder."""
    path = folder / NAME
    fresh = path.with_suffix(".fresh")
    fresh.write_bytes(_JSON.dump_json(_rounded(compare(households(warehouse))), indent=1))
    durable.settle(fresh, path, _FILE_MODE)
    return path


def read(folder: Path) -> Report | None:
    """The report of a publication; None if it has none."""
    path = folder / NAME
    return _JSON.validate_json(path.read_bytes()) if path.is_file() else None


_JSON = TypeAdapter(Report)


def _rounded(report: Report) -> Report:
    return Report(
        [replace(one, difference=_shown(one.difference)) for one in report.estimates],
        [Balance(one.column, *(round(value, _DECIMALS) for value in astuple(one)[1:])) for one in report.balance],
    )


def _shown(found: Difference) -> Difference:
    counts = (_BASE * round(count / _BASE) for count in (found.treated, found.compared, found.left_out))
    interval = found.interval and Interval(*(round(value, _DECIMALS) for value in astuple(found.interval)))
    return Difference(*counts, interval)
