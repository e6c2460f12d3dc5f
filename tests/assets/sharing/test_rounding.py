"""Additive rounding: relations hold, few counts change, and violations are found."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from assets.sharing.counts import Counts
from assets.sharing.rounding import faults, rounded

BASE = 10
NOTHING = np.nan
SUM = [[1, -1, -1, -1]]
"""The first count is the sum of three others."""


def counts(true, relations=SUM) -> Counts:
    return Counts(
        np.array(true, dtype=np.int64),
        sparse.csr_matrix(np.array(relations, dtype=np.int64)),
        0,
        np.zeros(len(true), dtype=bool),
    )


def shown(true, before=None, draws=0.5, relations=SUM) -> list:
    before = np.full(len(true), NOTHING) if before is None else np.array(before, dtype=float)
    known = counts(true, relations)
    found = rounded(known, BASE, before, np.full(len(true), draws) + np.arange(len(true)) / 1e6)
    assert faults(known, BASE, before, found) == []
    return found.tolist()


def test_what_is_shown_adds_up_and_is_less_than_the_base_off():
    found = shown([17, 3, 5, 9])
    assert found[0] == sum(found[1:])
    assert {number % BASE for number in found} == {0}
    assert all(abs(number - true) < BASE for number, true in zip(found, [17, 3, 5, 9], strict=True))


def test_a_multiple_stays_and_nobody_stays_nobody():
    assert shown([40, 30, 10, 0]) == [40, 30, 10, 0]


@pytest.mark.parametrize(("draw", "expected"), [(0.0, 10), (0.29, 10), (0.31, 0), (0.99, 0)])
def test_a_draw_decides_upwards_the_likelier_the_nearer_the_multiple_above(draw, expected):
    assert shown([3], draws=draw, relations=np.zeros((0, 1))) == [expected]


def test_every_number_below_the_base_may_be_shown_as_none():
    assert shown([9], draws=0.95, relations=np.zeros((0, 1))) == [0]


def test_what_was_shown_is_kept_until_it_is_the_base_off():
    before = shown([17, 3, 5, 9])
    for true in ([17, 3, 5, 9], [18, 4, 5, 9], [13, 1, 5, 7]):
        assert shown(true, before, draws=0.01) == shown(true, before, draws=0.99) == before


def test_as_few_as_can_be_change_where_one_has_to():
    before = [20, 0, 10, 10]
    found = shown([29, 9, 11, 9], before)
    assert found == before
    found = shown([34, 13, 12, 9], before)
    assert sum(new != old for new, old in zip(found, before, strict=True)) == 2, "the one that left, and the sum"


def test_a_base_that_changed_keeps_nothing_that_is_no_multiple_of_it():
    assert set(shown([17, 3, 5, 9], [15, 5, 5, 5])) <= {0, 10, 20}


def test_few_that_are_left_are_shown_as_few():
    """Of 25 people 20 are served: the 5 others are below the base, however the rest is rounded."""
    assert shown([25, 20], draws=0.0, relations=[[1, -1]]) == [30, 20]
    found = np.array(shown([31, 29], draws=0.5, relations=[[1, -1]]))
    assert 0 <= found[0] - found[1] <= BASE


def test_where_no_multiples_add_up_nothing_is_shown_and_elsewhere_it_is():
    """Three times 3, each the same: no multiples of 10 of which one is three times the other and less than 10 off 9."""
    known = counts([9, 3, 17, 8, 9], [[1, -3, 0, 0, 0], [0, 0, 1, -1, -1]])
    nothing = np.full(5, NOTHING)
    found = rounded(known, BASE, nothing, np.array([0.1, 0.1, 0.1, 0.1, 0.9]))
    assert found.tolist()[:2] == [0, 0]
    known = counts([12, 4, 17, 8, 9], [[1, -3, 0, 0, 0], [0, 0, 1, -1, -1]])
    found = rounded(known, BASE, nothing, np.array([0.1, 0.1, 0.1, 0.1, 0.9]))
    assert np.isnan(found[:2]).all()
    assert found[2] == found[3] + found[4]
    assert faults(known, BASE, nothing, found) == []


@pytest.mark.parametrize(
    ("what", "before", "fault"),
    [
        ([17, 3, 5, 9], None, "4 no multiples of the base"),
        ([30, 10, 10, 10], None, "1 off by the base or more"),
        ([20, 10, 10, 10], None, "1 sums that do not add up"),
        ([20, 10, 10, 0], [20, 0, 10, 10], "2 changed from before without need"),
    ],
)
def test_what_an_attacker_could_use_is_found(what, before, fault):
    before = np.full(4, NOTHING) if before is None else np.array(before, dtype=float)
    (found, *_) = faults(counts([17, 3, 5, 9]), BASE, before, np.array(what, dtype=float))
    assert fault in found


def test_what_had_to_change_is_no_fault():
    before = np.array([20, 0, 10, 10.0])
    assert faults(counts([34, 13, 12, 9]), BASE, before, np.array([30, 10, 10, 10.0])) == []


@pytest.mark.parametrize(("may_go", "expected"), [(True, [10, None, 10]), (False, [10, None, None])])
def test_counts_that_may_go_are_left_empty_before_any_other(may_go, expected):
    """10 is twice 5, and no multiple of 10 is half of 10; 7 is at least 5."""
    relations = sparse.csr_matrix(np.array([[1, -2, 0], [0, -1, 1]], dtype=np.int64))
    known = Counts(np.array([10, 5, 7], dtype=np.int64), relations, 0, np.array([False, may_go, False]))
    before, draws = np.full(3, NOTHING), np.array([0.1, 0.2, 0.3])
    found = rounded(known, BASE, before, draws)
    assert [None if np.isnan(number) else number for number in found] == expected
    assert faults(known, BASE, before, found) == []
