"""The forms' pattern of a NIK, against the contract that judges the number afterwards."""

from __future__ import annotations

import re

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from field.forms.numbers import kk_pattern, nik_pattern, province_pattern, regency_pattern
from validations import regions
from validations.field_types import nik

DATES = st.tuples(st.integers(0, 75), st.integers(0, 14), st.integers(0, 99)).map(
    lambda d: "{:02}{:02}{:02}".format(*d)
)
NUMBERS = st.tuples(
    st.sampled_from(regions.nik_prefixes().to_list()) | st.integers(100_000, 999_999).map(str),
    DATES,
    st.sampled_from(["0000", "0001", "9000", "9999"]),
).map("".join)


def states_of(numbers: list[str]) -> list[str]:
    kind = nik()
    frame = pl.DataFrame({"raw": numbers}).with_columns(value=kind.normalise(pl.col("raw"), {}))
    return frame.select(kind.companions["state"](pl.col("raw"), pl.col("value"), {})).to_series().to_list()


@given(st.lists(NUMBERS, min_size=1, max_size=60))
@settings(max_examples=20, deadline=None)
def test_the_form_takes_what_the_contract_can_match_on(numbers):
    """The form knows a number's province, the contract its kecamatan, which is taken as known here."""
    provinces = {prefix[:2] for prefix in regions.nik_prefixes()}
    states = states_of(["360101" + number[6:] for number in numbers])
    taken = [bool(re.fullmatch(nik_pattern(), number)) for number in numbers]
    assert taken == [
        number[:2] in provinces and state == "valid" for number, state in zip(numbers, states, strict=True)
    ]


@pytest.mark.parametrize(
    ("number", "taken"),
    [
        ("3601010508859123", True),
        ("3601014508859123", True),
        ("3601012902009123", True),  # 2000 was a leap year
        ("3601016902049123", True),
        ("3601012902859123", False),
        ("3601013102859123", False),
        ("3601013104859123", False),
        ("3601017104859123", False),
        ("3601017105859123", True),
        ("3601010013859123", False),
        ("3601010500859123", False),
        ("3601010508850000", False),
        ("9901010508859123", False),
        ("360101050885912", False),
        ("36010105088591234", False),
        ("360101050885912X", False),
        ("", False),  # an empty answer is not judged
    ],
)
def test_numbers_that_were_written_down(number, taken):
    assert bool(re.fullmatch(nik_pattern(), number)) is taken
    if taken:
        assert states_of([number]) == ["valid"]


def test_a_card_has_no_women():
    assert re.fullmatch(kk_pattern(), "3601011203109456")
    assert not re.fullmatch(kk_pattern(), "3601015203109456")
    assert not re.fullmatch(kk_pattern(), "3601011203100000")


def test_patterns_of_regions_are_those_of_the_seed():
    for length, pattern in ((2, province_pattern()), (4, regency_pattern())):
        known = {prefix[:length] for prefix in regions.nik_prefixes()}
        assert {code for n in range(10**length) if re.fullmatch(pattern, code := f"{n:0{length}}")} == known
