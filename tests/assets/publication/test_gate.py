"""The gate, against one fault at a time."""

from __future__ import annotations

import duckdb
import pytest


from assets.publication import conclude, judge
from assets.publication.gate import measure
from validations.counts import Counts
from validations.expectations import suite


def reasons(judgement) -> set[str]:
    return {failure.name for failure in judgement.failures}


def published(province, **night):
    load = province.night(**night)
    judgement = judge(load, province.results(load))
    assert judgement.passed, judgement.failures
    conclude(load, judgement)
    return load


def metric(judgement, name, region="36"):
    rows = judgement.metrics.to_pylist()
    return next(row for row in rows if row["metric"] == name and row["regency_code"] == region)


def test_the_first_night_passes_without_limits_from_yesterday(province):
    load = province.night()
    judgement = judge(load, province.results(load))
    assert judgement.passed, judgement.failures
    households = metric(judgement, "households_total")
    assert (households["value"], households["yesterday"], households["limit_low"]) == (400, None, 1)
    assert households["rule"] == "first_night"
    assert {row["rule"] for row in judgement.metrics.to_pylist()} <= {"first_night", "absolute", "information"}
    with load.ledger() as ledger:
        assert ledger.load(load.load_id)["state"] == "gated"


def test_the_values_are_counted_from_the_warehouse(province):
    load = province.night(households=400, enrolled=200)
    judgement = judge(load, province.results(load))
    assert metric(judgement, "households", "3601")["value"] == 200
    assert metric(judgement, "enrolled_households", "3673")["value"] == 100
    assert metric(judgement, "coverage_share")["value"] == 0.5
    assert metric(judgement, "quarantine_share")["value"] == pytest.approx(3 / 405)
    assert metric(judgement, "linked_share")["value"] == 1
    rows = {(row["metric"], row["subject"]): row["value"] for row in judgement.metrics.to_pylist()}
    assert rows["nik_usable_share", "dinsos_pkh"] == pytest.approx(0.9)
    assert rows["carried_forward_share", "dinsos_pkh"] == pytest.approx(0.02)
    assert rows["source_rows", "dinsos_pkh"] == 400
    assert rows["freshness_days", "dinsos_pkh"] == 0
    assert rows["quota", "jamsosratu"] in (100, 200)


def test_an_empty_first_night_is_refused_by_the_absolute_limits(province):
    load = province.night(households=0, enrolled=0)
    assert {"households_total.low", "source_rows.low"} <= reasons(judge(load, province.results(load)))


@pytest.mark.parametrize(("households", "passes"), [(400, True), (385, True), (300, False), (900, False)])
def test_a_warehouse_that_shrinks_or_swells_is_refused_and_a_small_change_is_not(province, households, passes):
    published(province)
    load = province.night(households=households)
    judgement = judge(load, province.results(load))
    assert judgement.passed is passes
    assert ("households_total." + ("low" if households < 400 else "high") in reasons(judgement)) is not passes


def test_a_kabupaten_that_vanished_is_seen_although_no_row_speaks_of_it(province):
    published(province, households=4000)
    load = province.night(households=4000)
    province.change(load, "update marts.household_status set regency_code = '3601'")
    judgement = judge(load, province.results(load))
    gone = metric(judgement, "households", "3673")
    assert (gone["value"], gone["yesterday"], gone["passed"]) == (0, 2000, False)
    assert {"households.low", "households.high"} <= reasons(judgement)


def test_one_family_does_not_stop_a_tiny_region(province):
    published(province, households=10, enrolled=10)
    load = province.night(households=8, enrolled=7)
    judgement = judge(load, province.results(load))
    assert judgement.passed, judgement.failures


def test_a_programme_that_lost_families_is_refused(province):
    published(province, enrolled=200)
    load = province.night(enrolled=100)
    assert "enrolled_households.low" in reasons(judge(load, province.results(load)))


@pytest.mark.parametrize(("quota", "enrolled", "passes"), [(400, 400, True), (400, 200, True), (200, 400, False)])
def test_where_the_quota_rose_enrolment_may_rise_with_it(province, quota, enrolled, passes):
    published(province, enrolled=200, quotas={2018: 200, 2019: 200})
    load = province.night(enrolled=enrolled, quotas={2018: 200, 2019: quota})
    judgement = judge(load, province.results(load))
    assert ("enrolled_households.high" not in reasons(judgement)) is passes
    assert (metric(judgement, "enrolled_households")["rule"] == "quota") is (quota == 400)


@pytest.mark.parametrize(("enrolled", "passes"), [(100, True), (20, False)])
def test_where_the_quota_fell_enrolment_may_fall_only_so_far(province, enrolled, passes):
    published(province, enrolled=200, quotas={2018: 200, 2019: 100})
    load = province.night(enrolled=enrolled, quotas={2018: 200, 2019: 100})
    judgement = judge(load, province.results(load))
    assert ("enrolled_households.low" not in reasons(judgement)) is passes


def test_a_failed_dbt_test_refuses_and_a_warning_does_not(province):
    load = province.night()
    judgement = judge(load, province.dbt(load, unique_dim_person="fail", few_orphans="warn"))
    assert (judgement.passed, judgement.broken) == (False, False)
    assert reasons(judgement) == {"test.unique_dim_person"}
    assert "7" in judgement.failures[0].en
    assert judge(load, province.dbt(load, few_orphans="warn")).passed


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
def test_what_dbt_did_not_complete_is_a_broken_build(province, statuses):
    load = province.night()
    judgement = judge(load, province.dbt(load, **statuses))
    assert (judgement.passed, judgement.broken) == (False, True)


def test_a_half_that_never_ran_is_an_error(province):
    load = province.night()
    paths = province.results(load)
    paths[0].unlink()
    with pytest.raises(FileNotFoundError):
        judge(load, paths)


def test_the_ledgers_counts_are_held_against_the_files_themselves(province):
    load = province.night(ledger_says=Counts(405, 401, 2, 2))
    judgement = judge(load, province.results(load))
    assert {"file_rows_accepted", "file_rows_quarantined"} == reasons(judgement)


def test_a_lost_file_of_accepted_rows_is_seen(province):
    load = province.night()
    next(load.home.deliveries.rglob("accepted/0.parquet")).unlink()
    assert {"file_conservation", "delivery_conservation"} <= reasons(judge(load, province.results(load)))


@pytest.mark.parametrize(
    ("fault", "law"),
    [
        ("delete from marts.person_records where record_key = '7'", "person_mentions_in_person_records"),
        ("delete from marts.household_records where record_key = '7'", "household_mentions_in_household_records"),
        ("insert into marts.dim_household values ('H-9', '3601')", "households_have_one_status"),
        ("insert into marts.household_status values ('H1', '3601', true)", "household_status_grain"),
        ("update marts.coverage_by_region set households = households + 1", "households_sum_of_regions"),
        ("insert into marts.dim_person values ('P-9', 'H1', '3601')", "members_without_record"),
    ],
)
def test_each_law_of_the_warehouse_catches_its_fault(province, fault, law):
    load = province.night()
    province.change(load, fault)
    assert law in reasons(judge(load, province.results(load)))


@pytest.mark.parametrize(
    ("sql", "law"),
    [
        ("from links where record_key <> '7'", "person_mentions_linked_once"),
        ("from links union all from links where record_key = '7'", "person_mentions_linked_once"),
        ("from links union all select * replace ('x' as record_key) from links limit 801", "links_of_no_mention"),
    ],
)
def test_a_mention_is_linked_exactly_once(province, sql, law):
    load = province.night()
    path = load.folder.identity / "person_links.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"create table links as from read_parquet('{path}')")
        connection.execute(f"copy ({sql}) to '{path}' (format parquet)")
    assert law in reasons(judge(load, province.results(load)))


def test_an_expectation_that_cannot_be_evaluated_is_an_error_not_a_failure(province, monkeypatch):
    load = province.night()
    without_limits = measure(load).drop_columns(["limit_low"])
    monkeypatch.setattr("assets.publication.gate.measure", lambda _: without_limits)
    with pytest.raises(suite.ExpectationError, match="could not be evaluated"):
        judge(load, province.results(load))


def test_the_auditors_pages_are_built(province):
    load = province.night()
    judge(load, province.results(load))
    pages = list((load.home.publication(load.load_id) / "data_docs").rglob("*.html"))
    assert len(pages) >= 3
    text = "".join(page.read_text() for page in pages)
    assert "Jumlah rumah tangga" in text
    assert str(load.home.root) not in text
