"""The suite over hand-made metrics, and the pages built from it."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from validations.expectations import pages
from validations.expectations.metrics import FAMILIES, Family, family
from validations.expectations.suite import ExpectationError, run_suite


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


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    site = tmp_path_factory.mktemp("publication") / "data_docs"
    return run_suite(metrics(), "20191101-001", site), site


def test_metrics_within_their_limits_pass_and_each_limit_is_asked(good):
    findings, _ = good
    assert failed(findings) == set()
    asked = {f"{one.name}.{side}" for one in FAMILIES for side in ("low", "high") if getattr(one, f"has_{side}")}
    assert {finding.name for finding in findings} == asked | {"metrics_present", "values_present"}


def test_a_value_outside_fails_its_own_expectation_only(tmp_path):
    """One family below, one above, one without a limit to be below of, one that only warns."""
    outside = {"persons": {"value": 3.0}, "households": {"value": 7.0}, "freshness_days": {"value": 9.0}}
    without = {"poor_households": {"limit_low": None, "value": 0.0}}
    findings = run_suite(metrics(**outside, **without), "20191101-001", tmp_path)
    failed = {finding.name: finding for finding in findings if not finding.passed}
    assert set(failed) == {"persons.low", "households.high", "freshness_days.high"}
    assert {finding.deviations for finding in failed.values()} == {1}
    severities = {name: finding.severity for name, finding in failed.items()}
    assert severities == {"persons.low": "error", "households.high": "error", "freshness_days.high": "warning"}


def test_a_metric_that_was_not_counted_is_a_failure(tmp_path):
    there = metrics()
    findings = run_suite(there[there["metric"] != "households_total"], "20191101-001", tmp_path)
    assert "metrics_present" in failed(findings)
    assert failed(run_suite(metrics(persons={"value": None}), "20191101-001", tmp_path)) == {"values_present"}


def test_an_expectation_that_raises_is_an_error(tmp_path):
    with pytest.raises(ExpectationError, match="could not be evaluated"):
        run_suite(metrics().drop(columns="limit_high"), "20191101-001", tmp_path)


def test_the_pages_ask_no_other_machine_and_name_no_path(good):
    _, site = good
    html = {page: page.read_text(encoding="utf-8") for page in site.rglob("*.html")}
    assert len(html) == 3
    for text in html.values():
        assert not re.search(r"https?://", text)
        assert not re.search(r"<script|<link|<img|<iframe", text)
        assert str(site.parent) not in text
        assert 'lang="id"' in text
        assert pages.TITLE in text


def test_the_front_page_leads_to_the_others_and_says_each_check_in_both_languages(good):
    _, site = good
    front = (site / "index.html").read_text(encoding="utf-8")
    links = re.findall(r"href='([^']+)'", front)
    assert len(links) == 2
    assert all((site / link).exists() for link in links)
    for one in FAMILIES:
        if one.has_low or one.has_high:
            assert one.title_id in front
            assert one.title_en in front


def test_the_rules_page_says_what_is_checked(good):
    _, site = good
    rules = next((site / "expectations").glob("*.html")).read_text(encoding="utf-8")
    assert "tidak turun lebih dari 3 %" in rules
    assert "falls by no more than 3 %" in rules


def test_limits_are_said_in_the_units_of_the_family():
    share = Family("s", "S", "S", "share", fall=0.05, ceiling=0.3)
    assert pages.explain_en(share) == (
        "**Rule:** falls by no more than 5 percentage points against the load published before;"
        " not above 30%, on the first night too; otherwise nothing is published."
    )
    assert "kali jarak kiriman" in pages.explain_id(family("freshness_days"))


def test_families_are_declared_once_and_an_unknown_one_is_an_error():
    assert len({one.name for one in FAMILIES}) == len(FAMILIES)
    assert family("households").has_low
    with pytest.raises(KeyError):
        family("happiness")
