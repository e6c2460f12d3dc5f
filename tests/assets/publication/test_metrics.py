"""Metrics of the gate, and their limits: from yesterday, from quotas, and absolute."""

from __future__ import annotations

import polars as pl
import pytest

from assets.publication.metrics import measure
from validations.counts import Counts

pytestmark = pytest.mark.slow  # each lays out nights and runs the gate's models on them


def rows(load) -> list[dict]:
    """The metrics with `passed`: whether the value is within its limits."""
    measured = measure(load).to_pylist()
    for row in measured:
        low, high = row["limit_low"], row["limit_high"]
        row["passed"] = (low is None or row["value"] >= low) and (high is None or row["value"] <= high)
    return measured


def metric(measured: list[dict], name, region="36", subject=None) -> dict:
    found = [row for row in measured if (row["metric"], row["regency_code"]) == (name, region)]
    return next(row for row in found if subject in (None, row["subject"]))


def outside(measured: list[dict]) -> set[str]:
    return {row["metric"] for row in measured if not row["passed"]}


def test_the_first_night_has_absolute_limits_only(province):
    measured = rows(province.night())
    households = metric(measured, "households_total")
    assert (households["value"], households["yesterday"], households["limit_low"]) == (400, None, 1)
    assert (households["limit_high"], households["rule"]) == (None, "first_night")
    assert {row["rule"] for row in measured} == {"first_night", "absolute", "information"}
    assert outside(measured) == set()


def test_an_empty_first_night_is_outside(province):
    assert {"households_total", "source_rows"} <= outside(rows(province.night(households=0, enrolled=0)))


def test_the_values_are_counted_from_the_warehouse(province):
    measured = rows(province.night(households=400, enrolled=200))
    assert metric(measured, "households", "3601")["value"] == 200
    assert metric(measured, "poor_households")["value"] == 400
    assert metric(measured, "persons")["value"] == 400
    assert metric(measured, "enrolled_households", "3673", "jamsosratu")["value"] == 100
    assert metric(measured, "quota", "3673", "jamsosratu")["value"] == 100
    assert metric(measured, "quota", "36", "jamsosratu")["value"] == 200
    assert metric(measured, "coverage_share")["value"] == 0.5
    assert metric(measured, "empty_poor_share")["value"] == 0.01
    assert metric(measured, "source_rows", subject="dinsos_pkh")["value"] == 400
    assert metric(measured, "quarantine_share")["value"] == pytest.approx(3 / 405)
    assert metric(measured, "nik_usable_share", subject="dinsos_pkh")["value"] == pytest.approx(0.9)
    assert metric(measured, "carried_forward_share", subject="dinsos_pkh")["value"] == pytest.approx(0.02)
    assert metric(measured, "linked_share")["value"] == 1
    assert metric(measured, "freshness_days")["value"] == 0
    assert metric(measured, "silent_sources")["value"] == 0


@pytest.mark.parametrize(("households", "passes"), [(4000, True), (3900, True), (3800, False), (4300, False)])
def test_a_warehouse_must_not_shrink_or_grow_too_much(province, households, passes):
    province.concluded(households=4000)
    assert ("households_total" not in outside(rows(province.night(households=households)))) is passes


def test_a_vanished_kabupaten_is_found_without_rows(province):
    province.concluded(households=4000)
    load = province.night(households=4000)
    province.change(load, "update marts.household_status set regency_code = '3601'")
    measured = rows(load)
    gone, swollen = metric(measured, "households", "3673"), metric(measured, "households", "3601")
    assert (gone["value"], gone["yesterday"], gone["passed"]) == (0, 2000, False)
    assert (swollen["value"], swollen["passed"]) == (4000, False)


def test_one_family_does_not_stop_a_tiny_region(province):
    province.concluded(households=10, enrolled=10)
    assert outside(rows(province.night(households=8, enrolled=7))) == set()


def test_a_new_region_is_not_a_fault(province):
    first = province.night(households=4000)
    province.change(first, "update marts.household_status set regency_code = '3601'")
    province.conclude(first)
    appeared = metric(rows(province.night(households=4000)), "poor_households", "3673")
    assert (appeared["rule"], appeared["passed"]) == ("new", True)


def test_a_programme_that_lost_families_is_outside(province):
    province.concluded(enrolled=200)
    assert "enrolled_households" in outside(rows(province.night(enrolled=100)))


@pytest.mark.parametrize(("quota", "enrolled", "passes"), [(400, 400, True), (400, 200, True), (200, 400, False)])
def test_where_the_quota_rose_enrolment_may_rise_with_it(province, quota, enrolled, passes):
    province.concluded(enrolled=200, quotas={2018: 200, 2019: 200})
    measured = rows(province.night(enrolled=enrolled, quotas={2018: 200, 2019: quota}))
    assert ("enrolled_households" not in outside(measured)) is passes
    assert (metric(measured, "enrolled_households")["rule"] == "quota") is (quota == 400)


@pytest.mark.parametrize(("enrolled", "passes"), [(200, True), (100, True), (20, False)])
def test_where_the_quota_fell_enrolment_may_fall_only_so_far(province, enrolled, passes):
    province.concluded(enrolled=200, quotas={2018: 200, 2019: 100})
    load = province.night(enrolled=enrolled, quotas={2018: 200, 2019: 100})
    assert ("enrolled_households" not in outside(rows(load))) is passes


def test_once_the_list_follows_the_lower_quota_it_may_not_fall_again(province):
    province.concluded(enrolled=100, quotas={2018: 200, 2019: 100})
    assert "enrolled_households" in outside(rows(province.night(enrolled=50, quotas={2018: 200, 2019: 100})))


def test_a_source_that_went_silent_is_a_warning(province):
    load = province.night()
    province.delivered(load, days_ago=5, silent=1)
    province.count(load)
    measured = rows(load)
    late = metric(measured, "freshness_days")
    assert (late["value"], late["limit_high"], late["severity"], late["passed"]) == (5, 3, "warning", False)
    assert metric(measured, "silent_sources")["passed"] is False


def test_an_indicator_that_left_its_history_is_a_warning(province):
    """Ruling 35: as many as the newest delivery's warnings say."""
    load = province.night()
    assert "indicators_unlike_history" not in {row["metric"] for row in rows(load)}
    delivery = province._delivery("bps_kemiskinan", "snapshot", Counts(2, 2), load.load_id)
    folder = province.home.delivery("bps_kemiskinan", delivery["delivery_id"])
    folder.mkdir(parents=True)
    for checks, value in (([], 0), (["indicator_unlike_history", "indicator_unlike_history", "value_missing"], 2)):
        pl.DataFrame({"check_name": checks}, {"check_name": pl.String}).write_parquet(folder / "warnings.parquet")
        if not checks:
            with load.ledger() as ledger:
                ledger.record_delivery(delivery, [province._file(delivery)])
        found = metric(rows(load), "indicators_unlike_history", subject="bps_kemiskinan")
        assert (found["value"], found["severity"], found["passed"]) == (value, "warning", value == 0)


@pytest.mark.parametrize("flag", ["paid_after_death", "paid_after_exit"])
def test_money_that_arrived_after_death_or_exit_is_a_warning(province, flag):
    load = province.night()
    assert metric(rows(load), flag, subject="jamsosratu")["passed"]
    paid = f"select 'jamsosratu' as programme, true as {flag}, unnest([500000, 0]) as amount_received"
    province.change(load, f"insert into marts.fct_disbursement by name {paid}")
    paid = metric(rows(load), flag, subject="jamsosratu")
    assert (paid["value"], paid["severity"], paid["passed"]) == (1, "warning", False)


def test_records_of_people_who_are_gone_are_counted(province):
    load = province.night()
    province.change(load, "update marts.household_status_long set records_of_the_gone = 2 where household_id = 'H1'")
    gone = metric(rows(load), "active_records_of_the_gone", subject="jamsosratu")
    assert (gone["value"], gone["rule"], gone["passed"]) == (2, "information", True)


@pytest.mark.parametrize(
    ("read", "held_back", "passes"), [(4, 3, True), (60, 25, True), (60, 26, False), (400, 300, False)]
)
def test_a_few_quarantined_rows_are_not_significant(province, read, held_back, passes):
    load = province.night(ledger_says=Counts(read, read - held_back, held_back))
    assert ("quarantine_share" not in outside(rows(load))) is passes


MERGED = "update marts.dim_person set household_id = 'H390' where substr(person_id, 2)::int {these}"
ELSEWHERE = "update marts.dim_household set regency_code = '3601' where substr(household_id, 2)::int {these}"


def test_without_moves_nothing_is_unexplained(province):
    first = province.night(households=400)
    assert "unexplained_households" not in {row["metric"] for row in rows(first)}
    province.conclude(first)
    found = metric(rows(province.night(households=400)), "unexplained_households", subject="members")
    assert (found["value"], found["denominator"], found["limit_high"]) == (0, 400, 0.0125)


@pytest.mark.parametrize(
    ("change", "these", "said", "value"),
    [
        (MERGED, "< 8", 0, 9 / 400),  # the eight that were left, and the one that all went to
        (MERGED, "< 8", 8, 0),
        (MERGED, "< 8", 4, 5 / 400),
        (ELSEWHERE, "in (1, 3, 5, 7, 9, 11, 13, 15)", 0, 8 / 400),
        (ELSEWHERE, "in (1, 3, 5, 7, 9, 11, 13, 15)", 12, 2 / 400),
    ],
)
def test_unexplained_changes_of_households_are_counted_and_limited(province, change, these, said, value):
    province.concluded(households=400)
    load = province.night(households=400, said=said)
    province.change(load, change.format(these=these))
    found = metric(rows(load), "unexplained_households", subject="members" if change == MERGED else "region")
    assert found["value"] == pytest.approx(value)
    assert found["passed"] is (value <= 5 / 400)


def test_a_person_who_leaves_the_frame_without_a_record_counts(province):
    province.concluded(households=400)
    load = province.night(households=400)
    province.change(load, "delete from marts.dim_person where substr(person_id, 2)::int < 8")
    assert metric(rows(load), "unexplained_households", subject="members")["value"] == 8 / 400


def test_a_removed_record_explains_a_change(province):
    province.concluded(households=400)
    load = province.night(households=400)
    province.change(load, MERGED.format(these="< 8"))
    province.change(load, "delete from marts.person_records where source = 'dinsos_pkh' and record_key::int < 8")
    assert metric(rows(load), "unexplained_households", subject="members")["value"] == 0
