"""Controlled rounding: counts as they are shown, multiples of a base that still add up (decision 0029).

A count that is no multiple of the base is shown as the multiple below it or above it. What was shown before is kept as
long as it is one of the two; otherwise a draw decides, upwards the likelier the nearer the count is to the multiple
above, so that nothing but the two follows from what is shown. Relations between counts (`assets.sharing.counts`) hold
in what is shown, which may need a choice other than the one preferred: as few as possible, what was shown before coming
first. Seen as a whole this is an integer programme; its relaxation is nearly always integral already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from assets.sharing.counts import Counts

if TYPE_CHECKING:
    from scipy import sparse  # at run time where it is used: Dagster's definitions import this module

_MOST_NODES = 1000
"""Of a search tree. A rounding that is found by then is as good as any, but for what it keeps from the night before."""
_NEAR = 0.02
"""How far from the best a rounding may be, relative to it, where nothing was shown before: draws are draws."""


def rounded(counts: Counts, base: int, before: np.ndarray, draws: np.ndarray) -> np.ndarray:
    """What is shown of each count, as float64: a multiple of the base; NaN where no multiples obey the relations.

    Where none do, the counts that may go are left out first. before: what was shown of each, NaN where nothing was.
    draws: from 0 to below 1, each count's own.
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
    weight = 1 + draws * base % 1 / 10  # no two alike, so that one rounding is the best
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
    """How what is shown falls short of what keeps an attacker from telling a small count, in sentences.

    An attacker who knows only the relations and the rule can then rule out no number from 1 below the base, for any
    small count: decision 0029 has the proof. NaN is a count that is not shown. before: as for `rounded`.
    """
    there = ~np.isnan(shown)
    value = np.where(there, shown, counts.true)
    left = counts.relations @ value
    least, most = _limits(counts, base)
    whole = abs(counts.relations) @ ~there == 0
    wrong = {
        "no multiples of the base": value[there] % base != 0,
        "as far off as the base, or further": abs(value - counts.true) >= base,
        "sums that do not hold": whole & ((left < least * base) | (left > most * base)),
        "shown otherwise than before without need": there & _may_stay(counts, base, before) & (value != before),
    }
    return [f"{which.sum()} {what}" for what, which in wrong.items() if which.any()]


def _may_stay(counts: Counts, base: int, before: np.ndarray) -> np.ndarray:
    """The counts of blocks in which all may be shown as before."""
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
    """How many times the base each relation's sum may come to: nobody stays nobody, few may be none or one, others
    are somebody or nobody.
    """
    left = counts.relations @ counts.true
    return np.zeros(len(left)), np.where(left == 0, 0, np.where(left < base, 1, np.inf))


def _choose(cost: np.ndarray, matrix: sparse.csr_matrix, least: np.ndarray, most: np.ndarray, gap: float) -> np.ndarray:
    """Which counts to raise (1) so that all relations hold, at the least cost. NaN in blocks in which none can."""
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
    """The block that each relation and each count belongs to: no relation joins two blocks."""
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
