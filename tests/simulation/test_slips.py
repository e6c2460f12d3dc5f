"""Slips in typed texts; with a rate of 0 texts are unchanged."""

from __future__ import annotations

from datetime import date

import duckdb
import numpy as np
import polars as pl
import pytest

from simulation import slips
from simulation.defects import Damage
from simulation.province import read_rates

ROWS = 500
OFF = dict.fromkeys(
    ("name_slip", "name_joined", "name_turned", "name_initial", "birth_slip", "nik_transposed", "nik_two_slips"), 0.0
)
NAMES = pl.Series(["SITI NUR HAYATI", "ASEP HIDAYAT", "RINA"] * ROWS)
NIKS = pl.Series(["3601014107009001", "3671011705809002", None] * ROWS)
BIRTHS = pl.Series([date(2000, 7, 1), date(1980, 12, 31), None] * ROWS)


def damage(**rates: float) -> Damage:
    return Damage(np.random.default_rng(1), OFF | rates, 3 * ROWS)


def slips_between(one: pl.Series, other: pl.Series) -> set[int | None]:
    query = "select distinct damerau_levenshtein(one, other) from (select unnest($1) as one, unnest($2) as other)"
    return {found for (found,) in duckdb.execute(query, [one.to_list(), other.to_list()]).fetchall()}


def test_defects_that_are_off_draw_nothing():
    untouched = damage()
    before = untouched.rng.bit_generator.state
    assert slips.names(untouched, NAMES).equals(NAMES)
    assert slips.niks(untouched, NIKS).equals(NIKS)
    assert slips.births(untouched, BIRTHS).equals(BIRTHS)
    assert untouched.rng.bit_generator.state == before


def test_all_of_it_is_off_by_default():
    rates = read_rates()
    assert {rates[section][name] for section in ("lists", "good_lists") for name in OFF} == {0}


def test_a_slip_is_one_letter():
    assert slips_between(NAMES, slips.names(damage(name_slip=1.0), NAMES)) <= {0, 1}
    assert slips_between(NAMES, slips.names(damage(name_slip=1.0), NAMES)) >= {1}


@pytest.mark.parametrize(
    ("defect", "wanted"),
    [
        ("name_joined", ["SITINUR HAYATI", "ASEPHIDAYAT", "RINA"]),
        ("name_turned", ["HAYATI NUR SITI", "HIDAYAT ASEP", "RINA"]),
        ("name_initial", ["SITI NUR H", "ASEP H", "RINA"]),
    ],
)
def test_words(defect, wanted):
    assert slips.names(damage(**{defect: 1.0}), NAMES).head(3).to_list() == wanted


def test_niks_keep_their_district_and_their_length():
    for defect, most in (("nik_transposed", {0, 1}), ("nik_two_slips", {1, 2})):
        spoilt = slips.niks(damage(**{defect: 1.0}), NIKS)
        assert spoilt.str.len_chars().drop_nulls().unique().to_list() == [16]
        assert (spoilt.str.slice(0, 6) == NIKS.str.slice(0, 6)).all()
        assert slips_between(NIKS, spoilt) - {None} <= most | {0}
        assert max(slips_between(NIKS, spoilt) - {None}) == max(most)


def test_a_part_of_a_date_is_off():
    off = slips.births(damage(birth_slip=1.0), BIRTHS)
    assert off.null_count() == ROWS
    assert set(off.filter(BIRTHS.eq(date(2000, 7, 1)))) == {
        date(1999, 7, 1), date(1990, 7, 1), date(2000, 8, 1), date(2000, 7, 10),
    }  # fmt: skip
