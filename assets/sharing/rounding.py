"""Controlled rounding: counts become multiples of a base that still add up (decision 0029).

A count that is not a multiple of the base is shown as the multiple below or above it. The value shown before is kept as
long as it is one of the two; otherwise a draw decides, with a higher chance of rounding up the nearer the count is to
the multiple above, so that the shown value reveals nothing but the two multiples. Relations between counts
(`assets.sharing.counts`) also hold between shown values, which can require another choice for some counts: as few as
possible, and first those not shown before. This is an integer programme; its relaxation is nearly always integral.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from assets.sharing.counts import Counts

if TYPE_CHECKING:
    from scipy import sparse  # at run time where it is used: Dagster's definitions import this module

_MOST_NODES = 1000
"""Limit of the search tree. A rounding found by then is valid; it may only keep fewer values of the night before."""
_NEAR = 0.02
"""Relative gap to the optimum that is accepted where nothing was shown before: the draws are random anyway."""


def rounded(counts: Counts, base: int, before: np.ndarray, draws: np.ndarray) -> np.ndarray:
    """The shown value of each count, as float64: a multiple of the base; NaN where no multiples satisfy the relations.

    Where none do, the counts that may go are left out first. before: the value shown before, NaN where there is none.
    draws: from 0 to below 1, one per count.
    """
    shown = _all_rounded(counts, base, before, draws)
    if not (np.isnan(shown).any() and counts.may_go.any()):
        return shown
    others = ~counts.may_go
    shown[counts.may_go] = np.nan
    shown[others] = _all_rounded(counts.of(others), base, before[others], draws[others])
    return shown


def _all_rounded(counts: Counts, base: int, before: np.ndarray, draws: np.ndarray) -> np.ndarray:
    low, remainder = counts.true // base, counts.true % base
    free = remainder > 0
    kept = free & ((before == low * base) | (before == (low + 1) * base))
    upwards = np.where(kept, before > low * base, remainder > np.floor(draws * base))
    weight = 1 + draws * base % 1 / 10  # all weights differ, so that the optimum is unique
    weight[kept] *= 1 + weight[free & ~kept].sum()
    cost = np.where(upwards, -weight, weight)

    least, most = _limits(counts, base)
    at_lowest = counts.relations @ low
    bound = np.diff(counts.relations[:, free].indptr) > 0
    matrix = counts.relations[bound][:, free]
    gap = 0.0 if kept.any() else _NEAR
    raised = _choose(cost[free], matrix, (least - at_lowest)[bound], (most - at_lowest)[bound], gap)
    shown = low.astype(float)
    shown[free] += raised
    return shown * base


def faults(counts: Counts, base: int, before: np.ndarray, shown: np.ndarray) -> list[str]:
    """Violations of the conditions that keep an attacker from inferring a small count, in sentences.

    If there are none, an attacker who knows the relations and the rule can exclude no number from 1 to below the base
    for any small count: decision 0029 has the proof. NaN is a count that is not shown. before: as for `rounded`.
    """
    there = ~np.isnan(shown)
    value = np.where(there, shown, counts.true)
    left = counts.relations @ value
    least, most = _limits(counts, base)
    whole = abs(counts.relations) @ ~there == 0
    wrong = {
        "no multiples of the base": value[there] % base != 0,
        "off by the base or more": abs(value - counts.true) >= base,
        "sums that do not add up": whole & ((left < least * base) | (left > most * base)),
        "changed from before without need": there & _may_stay(counts, base, before) & (value != before),
    }
    return [f"{which.sum()} {what}" for what, which in wrong.items() if which.any()]


def _may_stay(counts: Counts, base: int, before: np.ndarray) -> np.ndarray:
    """Which counts can be shown as before: those of blocks in which all can."""
    free = counts.true % base > 0
    fits = (abs(before - counts.true) < base) & (before % base == 0)
    value = np.where(free & fits, before, counts.true)
    left = counts.relations @ value
    least, most = _limits(counts, base)
    holds = (left >= least * base) & (left <= most * base)
    bound = np.diff(counts.relations[:, free].indptr) > 0
    block_of_relation, block = _blocks(counts.relations[bound][:, free])
    moving = np.union1d(block[~fits[free]], block_of_relation[~holds[bound]])
    stays = np.zeros(len(free), dtype=bool)
    stays[free] = ~np.isin(block, moving)
    return stays


def _limits(counts: Counts, base: int) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper limit of each relation's sum, in multiples of the base: zero stays zero, a small sum is 0 or 1,
    and others are 0 or more.
    """
    left = counts.relations @ counts.true
    return np.zeros(len(left)), np.where(left == 0, 0, np.where(left < base, 1, np.inf))


def _choose(cost: np.ndarray, matrix: sparse.csr_matrix, least: np.ndarray, most: np.ndarray, gap: float) -> np.ndarray:
    """Choose which counts to raise (1) so that all relations hold, at the least cost. NaN in blocks without a
    solution.
    """
    if (chosen := _solve(cost, matrix, least, most, gap)) is not None:
        return chosen
    chosen = np.full(len(cost), np.nan)
    block_of_relation, block = _blocks(matrix)
    for each in np.unique(block):
        ours, bound = block == each, block_of_relation == each
        if (raised := _solve(cost[ours], matrix[bound][:, ours], least[bound], most[bound], gap)) is not None:
            chosen[ours] = raised
    return chosen


def _blocks(matrix: sparse.csr_matrix) -> tuple[np.ndarray, np.ndarray]:
    """The block of each relation and each count: no relation joins two blocks."""
    from scipy import sparse

    joined = sparse.bmat([[None, matrix], [matrix.T, None]])
    _, block = sparse.csgraph.connected_components(joined, directed=False)
    return block[: matrix.shape[0]], block[matrix.shape[0] :]


def _solve(
    cost: np.ndarray, matrix: sparse.csr_matrix, least: np.ndarray, most: np.ndarray, gap: float
) -> np.ndarray | None:
    from scipy.optimize import Bounds, LinearConstraint, milp

    if not len(cost):
        return np.zeros(0)
    found = milp(
        cost,
        constraints=LinearConstraint(matrix.tocsc(), least, most) if matrix.shape[0] else (),
        integrality=1,
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": gap, "node_limit": _MOST_NODES},
    )
    return None if found.x is None else np.round(found.x)
