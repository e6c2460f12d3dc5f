from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from assets.effect.compare import FEWEST_TREATED, PER_TREATED, balance, difference, grouped, matched

pytestmark = pytest.mark.slow

EFFECT = 0.1
SEEDS = 20


def province(seed: int, effect: float = EFFECT, count: int = 4000) -> pd.DataFrame:
    """Households of which the poorer, and those with PKH, are on the programme more often and in school less often."""
    draw = np.random.default_rng(seed)
    rows = pd.DataFrame(
        {
            "household_id": [f"H{number}" for number in range(count)],
            "regency_code": draw.integers(3601, 3605, count).astype(str),
            "decile": draw.integers(1, 8, count),
            "size": draw.integers(2, 9, count),
            "school_age": draw.integers(1, 4, count),
            "small_children": draw.poisson(0.5, count),
            "elders": draw.poisson(0.2, count),
        }
    )
    rows["pkh"] = draw.random(count) < 0.6 - 0.07 * rows["decile"]
    score = -2.2 - 0.3 * rows["decile"] + 0.8 * rows["pkh"] + 0.1 * rows["school_age"]
    rows["treated"] = draw.random(count) < 1 / (1 + np.exp(-score))
    chance = np.clip(0.2 + 0.08 * rows["decile"] - 0.05 * rows["pkh"] + effect * rows["treated"], 0, 1)
    rows["in_school"] = draw.binomial(rows["school_age"], chance) / rows["school_age"]
    return grouped(rows)


@pytest.mark.parametrize("effect", [EFFECT, 0.0])
def test_the_interval_holds_the_truth_where_plain_means_do_not(effect):
    found = [difference(province(seed, effect, 2500), "in_school").interval for seed in range(SEEDS)]
    missed = [(one.difference - effect) / (one.high - one.low) for one in found]
    assert abs(np.mean(missed)) < 0.1, "half a standard error"
    assert sum(one.low <= effect <= one.high for one in found) >= SEEDS - 2
    means = province(0, effect, 50_000).groupby("treated")["in_school"].mean()
    assert means[True] - means[False] < effect - 0.1, "the poorer are on the programme, so plain means mislead"


def test_the_interval_narrows_with_the_number_of_households():
    small, large = (difference(province(1, count=count), "in_school").interval for count in (4000, 36_000))
    assert (large.high - large.low) * 2.4 < small.high - small.low
    assert large.low <= EFFECT <= large.high


def test_it_is_right_where_the_outcome_is_not_linear():
    rows = province(2, 0.0, 30_000)
    draw = np.random.default_rng(1)
    rows["in_school"] = (draw.random(len(rows)) < 0.1 + 0.7 * (rows["decile"] == 3) + EFFECT * rows["treated"]) * 1.0
    found = difference(rows, "in_school").interval
    assert found.low <= EFFECT <= found.high


def test_households_are_compared_within_their_cell_only():
    rows = province(4)
    alone = rows["regency_code"] == "3601"
    rows.loc[alone, "treated"] = True
    kept, left_out = matched(rows)
    assert "3601" not in set(kept["regency_code"])
    assert left_out >= alone.sum()
    cells = kept.groupby(["regency_code", "decile", "size_group", "children_group", "pkh"])["treated"]
    assert cells.nunique().eq(2).all()
    counts = cells.agg(["sum", "size"])
    assert (counts["size"] - counts["sum"] <= PER_TREATED * counts["sum"]).all()


def test_few_households_say_nothing():
    rows = province(5)
    few = rows[rows["treated"].cumsum().le(FEWEST_TREATED - 1) | ~rows["treated"]]
    found = difference(few, "in_school")
    assert found.treated < FEWEST_TREATED
    assert found.interval is None
    assert balance(few) == []


def test_rows_without_the_outcome_are_left_out():
    rows = province(6)
    rows.loc[rows.index[::2], "in_school"] = np.nan
    assert difference(rows, "in_school").compared < difference(province(6), "in_school").compared


def test_order_of_rows_does_not_matter():
    rows = province(7)
    one, other = difference(rows, "in_school"), difference(rows.sample(frac=1, random_state=1), "in_school")
    assert one.interval.difference == pytest.approx(other.interval.difference)
    assert one.compared == other.compared


def test_both_sides_are_balanced_after_weighting():
    found = {one.column: one for one in balance(province(8, count=20_000))}
    assert abs(found["decile"].before) > 0.3
    assert all(abs(one.after) < 0.05 for one in found.values())
