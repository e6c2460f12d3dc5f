"""Limits are meaningful for any values of yesterday and tonight."""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.publication.limits import bound
from validations.expectations.metrics import FAMILIES, Family, family

COUNTED = {"metric": pa.string(), "subject": pa.string(), "regency_code": pa.string(), "value": pa.float64()}
TODAY = pa.schema(COUNTED | {"denominator": pa.float64()})
QUOTA = pa.schema({"programme": pa.string(), "regency_code": pa.string(), "now": pa.float64(), "before": pa.float64()})


@pytest.fixture(scope="module")
def engine():
    with duckdb.connect(config={"threads": 1}) as connection:
        yield connection


def limits(engine, cases, first: bool = False) -> list[tuple[Family, dict, dict]]:
    """(family, case, row) of each case: family, value, denominator, yesterday, quota's (now, before)."""
    today, yesterday, quota = [], [], []
    for number, case in enumerate(cases):
        key = {"metric": case["family"].name, "subject": str(number), "regency_code": "36"}
        today.append(key | {"value": case["value"], "denominator": case.get("denominator")})
        if case["yesterday"] is not None and not first:
            yesterday.append(key | {"value": case["yesterday"]})
        if case.get("quota"):
            now, before = case["quota"]
            quota.append({"programme": str(number), "regency_code": "36", "now": now, "before": before})
    engine.register("today", pa.Table.from_pylist(today, schema=TODAY))
    engine.register("yesterday", pa.Table.from_pylist(yesterday, schema=pa.schema(COUNTED)))
    engine.register("quota", pa.Table.from_pylist(quota, schema=QUOTA))
    rows = {row["subject"]: row for row in bound(engine, "20191101-001", first).to_pylist()}
    return [(case["family"], case, rows[str(number)]) for number, case in enumerate(cases)]


@st.composite
def cases(draw) -> dict:
    """One metric with random values of tonight and yesterday."""
    one = draw(st.sampled_from(FAMILIES))
    numbers = st.integers(0, 10) | st.integers(0, 3_000_000)
    if one.unit != "share":
        denominator = draw(st.sampled_from([1, 7, 30, 365])) if one.unit == "days" else None
        quota = draw(st.none() | st.tuples(st.integers(0, 60_000), st.integers(0, 60_000)))
        value, yesterday = draw(numbers), draw(st.none() | numbers)
        return {"family": one, "value": value, "denominator": denominator, "yesterday": yesterday, "quota": quota}
    denominator = draw(numbers.filter(bool))
    share = st.integers(0, denominator).map(lambda part: part / denominator)
    before = st.none() | st.floats(0, 1)
    return {"family": one, "value": draw(share), "denominator": denominator, "yesterday": draw(before)}


@settings(max_examples=40, deadline=None)
@given(given_cases=st.lists(cases(), min_size=1, max_size=40), first=st.booleans())
def test_a_limit_can_be_violated_or_is_null(engine, given_cases, first):
    for one, case, row in limits(engine, given_cases, first):
        low, high = row["limit_low"], row["limit_high"]
        most = 1 if one.unit == "share" else float("inf")
        assert low is None or 0 < low <= most, (case, row)
        assert high is None or 0 <= high < most, (case, row)
        assert low is None or high is None or low <= high, (case, row)
        assert low is None or one.has_low, "a direction that is free has no limit"
        assert high is None or one.has_high, "a direction that is free has no limit"
        assert (low is None and high is None) or row["rule"] not in ("few", "information"), (case, row)
        assert (low, high) != (None, None) or row["rule"] not in ("yesterday", "quota", "absolute"), (case, row)


@settings(max_examples=40, deadline=None)
@given(given_cases=st.lists(cases(), min_size=1, max_size=40))
def test_an_unchanged_value_violates_only_absolute_limits(engine, given_cases):
    still = [case | {"yesterday": case["value"]} for case in given_cases]
    for one, case, row in limits(engine, still):
        low, high = row["limit_low"], row["limit_high"]
        assert low is None or case["value"] >= low or one.floor is not None, (case, row)
        assert high is None or case["value"] <= high or one.ceiling is not None, (case, row)


@pytest.mark.parametrize(
    ("name", "yesterday", "denominator", "expected"),
    [
        ("coverage_share", 0.5, 3, (None, None, "few")),  # 25 of 3: a share between -8 and 8
        ("coverage_share", 0.5, 100, (0.25, 0.75, "yesterday")),
        ("coverage_share", 0.97, 10_000, (0.92, None, "yesterday")),
        ("nik_usable_share", 0.9, 1000, (0.85, None, "yesterday")),  # a rise is free
        ("empty_poor_share", 0.0, 5, (None, None, "few")),
        ("households", 10, None, (None, 35, "yesterday")),
        ("households", 1000, None, (950, 1100, "yesterday")),
        ("quota", 100, None, (None, None, "information")),
        ("silent_sources", 2, None, (None, 0, "absolute")),  # a source that delivers at last is no fault
        ("paid_after_death", 5, None, (None, 0, "absolute")),
    ],
)
def test_limits_of(engine, name, yesterday, denominator, expected):
    case = {"family": family(name), "value": yesterday, "denominator": denominator, "yesterday": yesterday}
    ((_, _, row),) = limits(engine, [case])
    assert (row["limit_low"], row["limit_high"], row["rule"]) == (
        *(None if limit is None else pytest.approx(limit) for limit in expected[:2]),
        expected[2],
    )


def test_a_quota_sets_no_limit_without_a_value_of_yesterday(engine):
    case = {"family": family("enrolled_households"), "value": 3, "yesterday": None, "quota": (400, 200)}
    ((_, _, row),) = limits(engine, [case])
    assert (row["limit_low"], row["limit_high"], row["rule"]) == (None, None, "new")


@pytest.mark.parametrize(
    ("unit", "limit"), [("share", {"floor": 0}), ("share", {"ceiling": 1}), ("count", {"floor": 0})]
)
def test_a_family_cannot_declare_a_limit_that_no_value_violates(unit, limit):
    with pytest.raises(ValueError, match=f"no {unit} lies"):
        Family("s", "S", "S", unit, **limit)
