"""Limits on delivered files: their exact values, and that checking them is cheap."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from validations import limits
from validations.limits import JSON_LEVELS, too_deep, unpacked_most


def nested(levels: int, opening: str = "[", closing: str = "]") -> bytes:
    return (opening * levels + closing * levels).encode()


@pytest.mark.parametrize("pair", [("[", "]"), ('{"a":', "}")])
def test_so_many_levels_and_no_more(pair):
    assert not too_deep(nested(JSON_LEVELS, *pair))
    assert too_deep(nested(JSON_LEVELS + 1, *pair))
    assert too_deep(nested(300_000, *pair)[:200_000])  # cut off


@pytest.mark.parametrize(
    "value",
    [
        [[1], [2]] * 200,
        {"a": "[" * 200},
        {"a": '"' + "{" * 200},
        {"a": "\\" + "[" * 200},
        {"a": '\\"' * 3 + "[" * 200, "b": "]"},
    ],
)
def test_brackets_side_by_side_or_in_texts_are_no_levels(value):
    assert not too_deep(json.dumps(value).encode())


def test_a_text_that_goes_over_a_step(monkeypatch):
    monkeypatch.setattr(limits, "_STEP", 7)
    assert not too_deep(json.dumps(["[" * 100, [1]] * 50).encode())
    assert too_deep(json.dumps(["[" * 100]).encode() + nested(JSON_LEVELS + 1))


JSON = st.recursive(
    st.none() | st.text(st.sampled_from('"\\[]{}a'), max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(st.sampled_from('"\\[]'), max_size=3), inner),
    max_leaves=30,
)


def depth(value: object) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(map(depth, inner), default=0)


@given(JSON, st.integers(1, 4))
def test_levels_are_counted_as_a_reader_of_json_counts_them(value, most):
    before, limits.JSON_LEVELS = limits.JSON_LEVELS, most
    try:
        assert too_deep(json.dumps(value).encode()) == (depth(value) > most)
    finally:
        limits.JSON_LEVELS = before


def test_what_a_file_may_unpack_to():
    assert unpacked_most(10) == limits.UNPACKED_SMALL
    assert unpacked_most(1 << 20) == 200 << 20
    assert unpacked_most(1 << 30) == 8 << 30
