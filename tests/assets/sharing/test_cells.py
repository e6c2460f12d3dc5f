"""Small counts cannot be read, nor told from the totals around them: an attacker with linear programming tries."""

from __future__ import annotations

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from assets.sharing.cells import HIDDEN, Counts, with_hidden

LIMIT = 10
PARTS = {"poor": "people"}
COUNTS = Counts(["people", "poor"], PARTS, ["programme"], False, LIMIT)
REGIONS = {
    "36": ("province", None),
    **{f"360{n}": ("regency", "36") for n in range(1, 4)},
    **{f"360{n}0{m}": ("district", f"360{n}") for n in range(1, 4) for m in range(1, 2 + n)},
}
DISTRICTS = [code for code, (level, _) in REGIONS.items() if level == "district"]
CELL = st.tuples(st.one_of(st.integers(0, 30), st.integers(0, 400)), st.floats(0, 1))


def table(districts: dict[str, tuple[int, int]]) -> dict[str, tuple[int, int]]:
    """Counts of every region, from those of the districts."""
    found = dict(districts)
    for level in ("regency", "province"):
        for code in (code for code, (kind, _) in REGIONS.items() if kind == level):
            below = [found[child] for child, (_, parent) in REGIONS.items() if parent == code]
            found[code] = (sum(people for people, _ in below), sum(poor for _, poor in below))
    return found


def hidden(counted: dict[str, tuple[int, int]], counts: Counts = COUNTS) -> set[str]:
    with duckdb.connect() as connection:
        connection.execute("create table dim_region (region_code varchar, region_level varchar, parent_code varchar)")
        connection.executemany("insert into dim_region values (?, ?, ?)", [(code, *of) for code, of in REGIONS.items()])
        connection.execute("create table rows (region_code varchar, programme varchar, people int, poor int)")
        connection.executemany(
            "insert into rows values (?, 'PKH', ?, ?)", [(code, *of) for code, of in counted.items()]
        )
        cursor = connection.execute(with_hidden("from rows", "dim_region", counts))
        assert [column[0] for column in cursor.description] == ["region_code", "programme", "people", "poor", HIDDEN]
        return {row[0] for row in cursor.fetchall() if row[-1]}


def is_small(people: int, poor: int) -> bool:
    return any(0 < number < LIMIT for number in (people, poor, people - poor))


class Attacker:
    """Knows every total that is shown, that regions add up, and that no count is negative."""

    def __init__(self, counted: dict[str, tuple[int, int]], gone: set[str]) -> None:
        self.places = {(code, part): 2 * n + part for n, code in enumerate(sorted(REGIONS)) for part in (0, 1)}
        terms, self.sums = [], []
        for region, part in self.places:
            children = [child for child, (_, parent) in REGIONS.items() if parent == region]
            if children:
                terms.append({(region, part): -1.0} | {(child, part): 1.0 for child in children})
                self.sums.append(0.0)
            if region not in gone:
                people, poor = counted[region]
                terms.append({(region, part): 1.0})
                self.sums.append(float((poor, people - poor)[part]))
        self.matrix = np.zeros((len(terms), len(self.places)))
        for row, of_row in enumerate(terms):
            for variable, value in of_row.items():
                self.matrix[row, self.places[variable]] = value

    def range(self, region: str, part: int) -> tuple[float, float]:
        """Lowest and highest that a region's poor (0), or people who are not poor (1), may be."""
        aim = np.zeros(len(self.places))
        aim[self.places[region, part]] = 1
        low, high = (linprog(sign * aim, A_eq=self.matrix, b_eq=self.sums, bounds=(0, None)) for sign in (1, -1))
        assert low.status == 0
        return low.fun, np.inf if high.status == 3 else -high.fun


@pytest.mark.slow
@settings(deadline=None, max_examples=60)
@given(cells=st.lists(CELL, min_size=len(DISTRICTS), max_size=len(DISTRICTS)))
def test_no_small_count_is_shown_nor_follows_from_the_totals(cells):
    numbers = [(people, int(people * share)) for people, share in cells]
    counted = table(dict(zip(DISTRICTS, numbers, strict=True)))
    gone = hidden(counted)
    small = {code for code, of_region in counted.items() if is_small(*of_region)}
    assert small <= gone
    attacker = Attacker(counted, gone)
    for code in small:
        people, poor = counted[code]
        for part, number in enumerate((poor, people - poor)):
            if 0 < number < LIMIT:
                low, high = attacker.range(code, part)
                assert low == pytest.approx(0)
                assert high >= LIMIT - 1e-6


def test_the_attacker_wins_where_only_the_small_count_is_hidden():
    counted = table(dict.fromkeys(DISTRICTS, (100, 50)) | {"360101": (104, 4)})
    assert Attacker(counted, {"360101"}).range("360101", 0) == pytest.approx((4, 4))


def test_what_needs_no_hiding_is_shown():
    assert hidden(table(dict.fromkeys(DISTRICTS, (100, 50)))) == set()
    counted = table(dict.fromkeys(DISTRICTS, (100, 50)) | {"360301": (104, 4), "360302": (60, 30)})
    assert hidden(counted) == {"360301", "360302"}


def test_nobody_is_no_small_count():
    assert hidden(table(dict.fromkeys(DISTRICTS, (0, 0)))) == set()


def test_tables_that_are_not_by_region_lose_single_rows():
    counted = dict.fromkeys(DISTRICTS, (100, 50)) | {"360301": (104, 4)}
    assert hidden(counted, Counts(["people", "poor"], PARTS, None, False, LIMIT)) == {"360301"}


def test_without_a_count_nothing_is_hidden():
    assert hidden({"36": (1, 1)}, Counts([], {}, ["programme"], False, LIMIT)) == set()
