"""The suite over hand-made metrics."""

from __future__ import annotations

import pandas as pd
import pytest

from validations.expectations.metrics import FAMILIES, family
from validations.expectations.suite import ExpectationError, run_suite, within


def metrics(**changes) -> pd.DataFrame:
    """One row per family, half-way within its limits; `changes` by family: columns to set."""
    rows = [
        {
            "metric": one.name,
            "subject": None,
            "regency_code": "36",
            "value": 5.0,
            "yesterday": 5.0,
            "limit_low": 4.0 if one.has_low else None,
            "limit_high": 6.0 if one.has_high else None,
            "rule": "yesterday",
        }
        | changes.get(one.name, {})
        for one in FAMILIES
    ]
    return pd.DataFrame(rows)


def failed(findings) -> set[str]:
    return {finding.name for finding in findings if not finding.passed}


@pytest.mark.slow  # imports Great Expectations
def test_metrics_within_their_limits_pass_and_each_limit_is_asked():
    findings = run_suite(metrics())
    assert failed(findings) == set()
    asked = {f"{one.name}.{side}" for one in FAMILIES for side in ("low", "high") if getattr(one, f"has_{side}")}
    assert {finding.name for finding in findings} == asked | {"metrics_present", "values_present"}
    assert within(findings, len(FAMILIES)) == [True] * len(FAMILIES)


@pytest.mark.slow  # imports Great Expectations
def test_a_value_outside_fails_its_own_expectation_only_and_its_row_is_named():
    """One family below, one above, one without a limit to be below of, one that only warns."""
    outside = {"persons": {"value": 3.0}, "households": {"value": 7.0}, "freshness_days": {"value": 9.0}}
    without = {"poor_households": {"limit_low": None, "value": 0.0}}
    given = metrics(**outside, **without)
    findings = run_suite(given)
    missed = {finding.name: finding for finding in findings if not finding.passed}
    assert set(missed) == {"persons.low", "households.high", "freshness_days.high"}
    severities = {name: (one.severity, one.family, one.deviations) for name, one in missed.items()}
    assert severities == {
        "persons.low": ("error", "persons", 1),
        "households.high": ("error", "households", 1),
        "freshness_days.high": ("warning", "freshness_days", 1),
    }
    passed = pd.Series(within(findings, len(given)))
    assert set(given["metric"][~passed]) == set(outside)


@pytest.mark.slow  # imports Great Expectations
def test_a_metric_that_was_not_counted_is_a_failure():
    there = metrics()
    findings = run_suite(there[there["metric"] != "households_total"])
    assert failed(findings) == {"metrics_present"}
    assert next(finding for finding in findings if not finding.passed).deviations == 1
    assert failed(run_suite(metrics(persons={"value": None}))) == {"values_present"}


@pytest.mark.slow  # imports Great Expectations
def test_an_expectation_that_raises_is_an_error():
    with pytest.raises(ExpectationError, match="could not be evaluated"):
        run_suite(metrics().drop(columns="limit_high"))


def test_families_are_declared_once_and_an_unknown_one_is_an_error():
    assert len({one.name for one in FAMILIES}) == len(FAMILIES)
    assert family("households").has_low
    with pytest.raises(KeyError):
        family("happiness")
