"""Compare households on a programme with households like them that are not: matched exactly, then doubly robust.

Households are compared within cells of the same kabupaten/kota, decile, size, children and PKH. A household on the
programme whose cell has no other household is left out and counted. A logistic model then estimates how likely each
household is to be on the programme, and a linear one what its outcome would be without it: the estimate is right if one
of the two models is (average effect on the treated; Mercatanti and Li 2014, Sant'Anna and Zhao 2020). The interval is
computed from the influence function.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from pandas.util import hash_array

MATCHED_BY = ("regency_code", "decile", "size_group", "children_group", "pkh")
"""Columns within whose combinations households are compared."""
BALANCED_BY = ("decile", "size", "school_age", "small_children", "elders", "pkh")
"""Columns whose means are shown of both sides."""
FEWEST_TREATED, FEWEST_COMPARED = 100, 100
"""Households on either side below which nothing is said: the interval would not mean what it says."""
PER_TREATED = 5
"""Households compared with each treated one, at most: more hardly narrow the interval, and cost time."""
_Z = 1.959964
_LARGEST_ODDS = 20.0
"""Limit of a weight: above it, a single household would decide the mean of the others."""


@dataclass(frozen=True)
class Interval:
    """mean: outcome of the treated. difference: from what it would be without the programme; low, high: 95 %."""

    mean: float
    difference: float
    low: float
    high: float


@dataclass(frozen=True)
class Difference:
    """One comparison of households on a programme with others.

    treated, compared, left_out: households on the programme, those that they are compared with, and households on the
    programme that no other household is like; None where it is not shown. interval: in the outcome's unit; None where
    either side is too small.
    """

    treated: int | None
    compared: int | None
    left_out: int | None
    interval: Interval | None = None


@dataclass(frozen=True)
class Balance:
    """The mean of a column on the programme, among all others, and among the others as they are weighted.

    before, after: differences in standard deviations of the treated; below 0.1 counts as balanced.
    """

    column: str
    treated: float
    others: float
    weighted: float
    before: float
    after: float


def grouped(households: pd.DataFrame) -> pd.DataFrame:
    """Add the groups of size and children within which households are compared."""
    return households.assign(
        size_group=np.digitize(households["size"], [4, 6, 8]),
        children_group=np.digitize(households["school_age"], [1, 2, 3]),
    )


def matched(households: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Rows of the cells that hold both sides, and the number of treated rows in cells that hold no others.

    Of a cell's other rows at most `PER_TREATED` for each treated row are kept, chosen by a hash of household_id.
    """
    treated = households["treated"].astype(bool)
    cells = households.assign(treated=treated).groupby(list(MATCHED_BY), observed=True)["treated"]
    on, size = cells.transform("sum"), cells.transform("size")
    turn = pd.Series(hash_array(households["household_id"].to_numpy(object)), households.index)  # ty: ignore[not-callable]
    rank = turn.groupby([*(households[name] for name in MATCHED_BY), treated], observed=True).rank()
    kept = (on > 0) & (on < size) & (treated | (rank <= PER_TREATED * on))
    return households[kept], int((treated & (on == size)).sum())


def difference(households: pd.DataFrame, outcome: str) -> Difference:
    """The average effect on the treated. households: rows of `grouped`; rows without the outcome are left out."""
    known, left_out = matched(households[households[outcome].notna()])
    treated = known["treated"].to_numpy(bool)
    counts = (int(treated.sum()), int((~treated).sum()), left_out)
    if _too_few(treated):
        return Difference(*counts)
    from statsmodels.api import WLS  # a second: not on the small loads of tests

    x, y = _design(known), known[outcome].to_numpy(float)
    odds = np.where(treated, 0.0, _odds(x, treated))
    without = WLS(y[~treated], x[~treated], weights=odds[~treated]).fit().predict(x)
    residual = y - without
    share, weight = treated.mean(), odds.mean()
    effect = residual[treated].mean() - np.average(residual, weights=odds)
    influence = treated / share * (residual - residual[treated].mean()) - odds / weight * (
        residual - np.average(residual, weights=odds)
    )
    error = influence.std(ddof=x.shape[1]) / np.sqrt(len(y))
    found = map(float, (y[treated].mean(), effect, effect - _Z * error, effect + _Z * error))
    return Difference(*counts, Interval(*found))


def balance(households: pd.DataFrame) -> list[Balance]:
    """How alike both sides are before and after; empty where they are too few to be compared."""
    known, _ = matched(households)
    treated = known["treated"].to_numpy(bool)
    if _too_few(treated):
        return []
    odds = _odds(_design(known), treated)[~treated]
    found = []
    for column in BALANCED_BY:
        everybody, values = households[column].astype(float), known[column].to_numpy(float)
        mean, others = values[treated].mean(), everybody[~households["treated"].astype(bool)].mean()
        weighted, spread = np.average(values[~treated], weights=odds), values[treated].std() or 1.0
        found.append(
            Balance(column, *map(float, (mean, others, weighted, (mean - others) / spread, (mean - weighted) / spread)))
        )
    return found


def _too_few(treated: np.ndarray) -> bool:
    return treated.sum() < FEWEST_TREATED or (~treated).sum() < FEWEST_COMPARED


def _design(households: pd.DataFrame) -> np.ndarray:
    """A row of numbers per household: a constant, groups as 0 and 1, counts as they are; no column is constant."""
    groups = pd.get_dummies(
        households[["regency_code", "decile", "pkh"]].astype("category"), drop_first=True, dtype=float
    )
    counts = households[["size", "school_age", "small_children", "elders"]].astype(float)
    columns = np.column_stack([groups, counts])
    return np.column_stack([np.ones(len(columns)), columns[:, columns.std(axis=0) > 0]])


def _odds(x: np.ndarray, treated: np.ndarray) -> np.ndarray:
    """The odds of being on the programme, by a logistic model."""
    from statsmodels.api import GLM, families

    chance = GLM(treated.astype(float), x, family=families.Binomial()).fit().predict(x)
    return np.minimum(chance / (1 - np.minimum(chance, 0.999)), _LARGEST_ODDS)
