"""The gate's verdict: its inputs, each of which rejects a load by one failure."""

from __future__ import annotations

import duckdb
import pytest

from assets.publication import conclude, judge
from assets.publication.gate import measure
from validations.counts import Counts
from validations.expectations import suite

pytestmark = pytest.mark.slow  # a whole load's tables; all of Great Expectations


def reasons(judgement) -> set[str]:
    return {failure.name for failure in judgement.failures}


def test_a_good_first_night_passes_although_dbt_warns(province):
    load = province.night()
    judgement = judge(load, province.dbt(load, few_orphans="warn"))
    assert judgement.passed, judgement.failures
    with load.ledger() as ledger:
        assert ledger.load(load.load_id)["state"] == "gated"
    checkers = {row["checker"] for row in judgement.results.to_pylist()}
    assert checkers == {"dbt", "reconciliation", "great_expectations"}
    assert conclude(load, judgement) == "published"
    with duckdb.connect(str(load.home.current_quality), read_only=True) as connection:
        laws_passed = connection.execute("select count(*) from quality.reconciliation where passed").fetchall()
    assert laws_passed == [(judgement.reconciliation.num_rows,)]


def test_a_shrunken_warehouse_is_rejected_by_the_expectations(province):
    province.concluded(households=4000)
    load = province.night(households=3000)
    judgement = judge(load, province.results(load))
    assert {"households_total.low", "households.low", "source_rows.low"} <= reasons(judgement)
    assert "Jumlah rumah tangga" in next(f.id for f in judgement.failures if f.name == "households_total.low")
    outside = {row["metric"] for row in judgement.metrics.to_pylist() if not row["passed"]}
    assert outside == {f.name.split(".")[0] for f in judgement.failures if f.checker == "great_expectations"}


def test_unequal_numbers_are_rejected_by_the_reconciliation(province):
    load = province.night(ledger_says=Counts(405, 401, 2, 2))
    assert reasons(judge(load, province.results(load))) == {
        "file_rows_accepted",
        "file_rows_quarantined",
    }


def test_a_failed_dbt_test_rejects_the_load(province):
    load = province.night()
    judgement = judge(load, province.dbt(load, unique_dim_person="fail", few_orphans="warn"))
    assert (judgement.passed, judgement.broken) == (False, False)
    assert reasons(judgement) == {"test.unique_dim_person"}
    assert "7" in judgement.failures[0].en


@pytest.mark.parametrize(
    "statuses",
    [
        {"dim_person": "error"},
        {"dim_person": "skipped"},
        {"unique_dim_person": "absent"},
        {"unique_dim_person": "skipped"},
        {"unique_dim_person": "error"},
    ],
)
def test_an_incomplete_dbt_run_is_a_broken_build(province, statuses):
    load = province.night()
    judgement = judge(load, province.dbt(load, **statuses))
    assert (judgement.passed, judgement.broken) == (False, True)
    assert judgement.metrics.num_rows == 0, "nothing is asked of a warehouse that is not whole"


def test_a_half_that_never_ran_is_an_error(province):
    load = province.night()
    paths = province.results(load)
    paths[0].unlink()
    with pytest.raises(FileNotFoundError):
        judge(load, paths)


def test_an_expectation_that_cannot_be_evaluated_is_an_error_not_a_failure(province, monkeypatch):
    load = province.night()
    without_limits = measure(load).drop_columns(["limit_low"])
    monkeypatch.setattr("assets.publication.gate.measure", lambda _: without_limits)
    with pytest.raises(suite.ExpectationError, match="could not be evaluated"):
        judge(load, province.results(load))
