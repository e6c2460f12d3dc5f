"""The published estimate of the programme's effect: computed from a publication's warehouse, stored next to it.

Everybody may read the file. It tells nothing of fewer than a hundred households on either side, its counts are rounded
down to tens, and no figure has more decimals than one household in the comparison could change by a step.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass
from pathlib import Path

import duckdb
import pandas as pd
from pydantic import TypeAdapter

from assets import durable
from assets.effect.compare import Balance, Difference, Interval, balance, difference, grouped
from validations.regions import PROVINCE

OUTCOMES = ("in_school", "insured", "stunted")
"""Shares of a household's children of school age, members, and measured small children."""
PLACEBO = "girls"
"""Share of girls among the children: the programme cannot have changed it, so a difference would be the method's."""
_BASE = 10
MANY = 1000
"""Households on the programme from which on a figure has tenths of a percentage point."""
_FILE_MODE = 0o440
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
    """All comparisons of a publication. estimates: per outcome and placebo, of the province, each kabupaten/kota and
    each year of entry. enrolled: households that were on the programme's list at some time.
    """

    enrolled: int
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
    """Every comparison that `households` allow, exact."""
    known = grouped(rows[rows["comparable"]])
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
    return Report(int(rows["treated"].sum()), estimates, balance(known))


def write(warehouse: Path, path: Path) -> None:
    """Compute the report of a warehouse and write it as JSON.

    Raises:
        duckdb.Error: as `households`. OSError: the file cannot be written.
    """
    shown = shown_of(compare(households(warehouse)))
    durable.write_text(path, _JSON.dump_json(shown, indent=1).decode(), _FILE_MODE)


def read(path: Path) -> Report | None:
    """A report that `write` wrote; None if there is none."""
    return _JSON.validate_json(path.read_bytes()) if path.is_file() else None


_JSON = TypeAdapter(Report)


def shown_of(report: Report) -> Report:
    """The report as it is published. The number left out is shown for the province alone: for its parts it would be
    small, and could be derived from sums.
    """
    estimates = [
        Estimate(
            one.outcome,
            one.region_code,
            one.start_year,
            _shown(one.difference, whole=(one.region_code, one.start_year) == (PROVINCE, None)),
        )
        for one in report.estimates
    ]
    balanced = [Balance(one.column, *(round(value, 2) for value in astuple(one)[1:])) for one in report.balance]
    return Report(_down(report.enrolled), estimates, balanced)


def _shown(found: Difference, whole: bool) -> Difference:
    if found.interval is None or found.treated is None or found.compared is None:
        return Difference(None, None, None)
    decimals = 3 if found.treated >= MANY else 2
    interval = Interval(*(round(value, decimals) for value in astuple(found.interval)))
    left_out = _down(found.left_out) if whole and found.left_out is not None else None
    return Difference(_down(found.treated), _down(found.compared), left_out, interval)


def _down(count: int) -> int:
    return count // _BASE * _BASE
