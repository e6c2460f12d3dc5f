"""Payments and visits: whom they reach, what counts, and how families and companions get on."""

from __future__ import annotations

from datetime import date

import pytest

PAYMENT = {"programme": "JAMSOSRATU", "participant_no": "J1", "period": "2019-T1", "period_year": 2019,
           "period_stage": 1, "amount": 500_000, "paid_on": date(2019, 5, 15), "status": "BERHASIL"}  # fmt: skip
VISIT = {"companion_id": "C1", "participant_no": "J1", "visited_on": date(2019, 10, 1)}


@pytest.fixture
def pay(night):
    """pay(transaction_no, **different): a payment in the bank's report."""

    def pay(number: str, **given) -> None:
        night.stages("stg_dinsos__penyaluran", record_key=number, transaction_no=number, **PAYMENT | given)

    return pay


@pytest.fixture
def visit(night):
    """visit(submission_id, **different): a companion's form."""

    def visit(number: str, **given) -> None:
        night.stages("stg_dinsos__kunjungan", record_key=number, submission_id=number, **VISIT | given)

    return visit


def enrolled(night, **given) -> None:
    night.lists("H1")
    night.enrols("JAMSOSRATU", "J1", "H1", person="P1", participant_no="J1", companion_id="C1", **given)


def test_a_payment_reaches_the_household_of_its_participant(night, pay, ask):
    enrolled(night)
    pay("T1")
    pay("T2", participant_no="NOBODY")
    pay("T3", programme="PKH")
    rows = ask("select transaction_no, is_known_participant, household_id, person_id from fct_disbursement order by 1")
    assert rows == [("T1", True, "H1", "P1"), ("T2", False, None, None), ("T3", False, None, None)]


def test_a_participant_of_the_past_keeps_the_household(night, pay, visit, ask):
    night.lists("H1")
    night.tells("JAMSOSRATU", "J1", "active", participant_no="J1", is_current=False, valid_to=date(2019, 6, 1))
    night.said("dinsos_jamsosratu", "J1", household="H1", person="P1", until=date(2019, 6, 1))
    pay("T1")
    pay("T2", paid_on=date(2019, 9, 1))
    visit("V1")
    reached = [("H1", "family of H1")] * 2
    assert ask("select household_id, family_id from fct_disbursement where is_known_participant") == reached
    assert ask("select distinct person_id from fct_disbursement") == [("P1",)]
    assert ask("select household_id, is_known_participant from fct_visit") == [("H1", True)]
    enrolment = ask("select household_id, person_id, is_current from fct_enrolment")
    assert enrolment == [("H1", "P1", False)]
    assert ask("select count(*) from dim_person") == [(0,)], "who has ended is not counted"


def test_a_payment_reaches_whom_the_record_named_on_that_day(night, pay, ask):
    """The manager of the card changed in June, and with her the household."""
    night.lists("H1")
    night.lists("H2")
    night.enrols("JAMSOSRATU", "J1", "H2", person="P2", participant_no="J1", valid_from=date(2019, 6, 1))
    night.said("dinsos_jamsosratu", "J1", household="H1", person="P1", until=date(2019, 6, 1))
    night.tells("JAMSOSRATU", "J1", "active", participant_no="J1", is_current=False, valid_to=date(2019, 6, 1))
    for number, day in (("T1", date(2018, 5, 15)), ("T2", date(2019, 5, 31)), ("T3", date(2019, 6, 1))):
        pay(number, paid_on=day)
    rows = ask("select transaction_no, household_id, person_id from fct_disbursement order by 1")
    assert rows == [("T1", "H1", "P1"), ("T2", "H1", "P1"), ("T3", "H2", "P2")]
    rows = ask("select valid_from, household_id, person_id from fct_enrolment order by 1")
    assert rows == [(date(2019, 1, 1), "H1", "P1"), (date(2019, 6, 1), "H2", "P2")]


def test_a_version_that_says_the_same_of_who_it_is_goes_with_its_record(night, pay, ask):
    enrolled(night, valid_from=date(2019, 6, 1), status="graduated")
    night.tells("JAMSOSRATU", "J1", "active", participant_no="J1", is_current=False, valid_to=date(2019, 6, 1))
    pay("T1")
    assert ask("select status, household_id, person_id from fct_enrolment order by valid_from") == [
        ("active", "H1", "P1"), ("graduated", "H1", "P1"),
    ]  # fmt: skip
    assert ask("select household_id, person_id from fct_disbursement") == [("H1", "P1")]


@pytest.mark.parametrize(("status", "received"), [("BERHASIL", 500_000), ("GAGAL", 0), ("RETUR", 0)])
def test_money_counts_where_it_arrived(night, pay, ask, status, received):
    enrolled(night)
    pay("T1", status=status)
    assert ask("select amount, amount_received from fct_disbursement") == [(500_000, received)]
    assert ask("select received_this_year, payments_this_year from jamsosratu_progress") == [
        (received, int(received > 0))
    ]


def test_what_arrived_twice_for_one_period_is_told(night, pay, ask):
    enrolled(night)
    for number, given in (("T1", {}), ("T2", {}), ("T3", {"status": "GAGAL"}), ("T4", {"period": "2019-T2"})):
        pay(number, **given)
    times = ask("select transaction_no, times_received_in_period from fct_disbursement order by 1")
    assert times == [("T1", 2), ("T2", 2), ("T3", 2), ("T4", 1)]


def test_a_day_counts_once_and_a_rejected_form_never(night, visit, ask):
    enrolled(night)
    visit("V1")
    visit("V2")
    visit("V3", visited_on=date(2019, 10, 2), review_state="REJECTED")
    visit("V4", visited_on=date(2019, 10, 3), review_state="REJECTED")
    visit("V5", visited_on=date(2019, 10, 3))
    assert ask("select submission_id from fct_visit where is_counted order by 1") == [("V1",), ("V5",)]
    assert ask("select visits_last_year, last_visited_on from jamsosratu_progress") == [(2, date(2019, 10, 3))]
    assert ask("select visits_last_year, forms_rejected from companion_performance") == [(2, 2)]


def test_progress_tells_income_then_and_now_and_the_conditions(night, visit, ask):
    enrolled(night)
    visit("V1", visited_on=date(2018, 1, 1), monthly_income=400_000, children_of_school_age=2, children_in_school=1)
    visit("V2", monthly_income=700_000, children_of_school_age=2, children_in_school=2, goes_to_posyandu=True)
    visit("V3", visited_on=date(2019, 10, 9))
    columns = "first_income, last_income, children_in_school, meets_conditions, is_visited, has_succeeded"
    assert ask(f"select {columns} from jamsosratu_progress") == [(400_000, 700_000, 2, True, True, False)]


def test_a_family_that_nobody_visited_is_told_of(night, ask):
    enrolled(night, status="graduated")
    columns = "is_visited, visits_last_year, last_visited_on, meets_conditions, has_succeeded"
    assert ask(f"select {columns} from jamsosratu_progress") == [(False, 0, None, None, True)]
    assert ask("select families, families_visited, visited_share, families_succeeded from companion_performance") == [
        (1, 0, 0.0, 1)
    ]


def test_a_companion_looks_after_the_children_of_the_families(night, ask):
    enrolled(night)
    for person, born in (("toddler", date(2016, 5, 1)), ("pupil", date(2009, 5, 1)), ("adult", date(1985, 5, 1))):
        night.registers(person, "H1", birth_date=born, birth_year=born.year)
    columns = "toddlers, school_age_children, children_out_of_school"
    assert ask(f"select {columns} from companion_performance where companion_id = 'C1'") == [(1, 1, 1)]


def test_forms_of_a_companion_without_families_are_told_of(visit, ask):
    visit("V1", companion_id="C9", participant_no="NOBODY")
    assert ask("select companion_id, families, visits_last_year, forms_of_nobody from companion_performance") == [
        ("C9", 0, 1, 1)
    ]
