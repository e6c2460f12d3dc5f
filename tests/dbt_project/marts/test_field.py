"""Payments and visits: the households they reach, what counts, and indicators of families and companions."""

from __future__ import annotations

from datetime import date, datetime

import pytest

pytestmark = pytest.mark.slow

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
    rows = ask("select transaction_no, participant_state, household_id, person_id from fct_disbursement order by 1")
    assert rows == [("T1", "listed", "H1", "P1"), ("T2", "unknown", None, None), ("T3", "unknown", None, None)]


def test_a_participant_whose_row_was_quarantined_is_not_unknown(night, pay, visit, ask):
    """The agency lists the number; its row must be corrected, but the recipient is known."""
    enrolled(night)
    night.withheld["dinsos_jamsosratu"] = ["J1", "J2", None]
    for number in ("J1", "J2", "J3"):
        pay(f"T{number}", participant_no=number)
        visit(f"V{number}", participant_no=number)
    states = [("J1", "listed", True), ("J2", "quarantined", True), ("J3", "unknown", False)]
    for table in ("fct_disbursement", "fct_visit"):
        assert ask(f"select participant_no, participant_state, is_known_participant from {table} order by 1") == states
    assert ask("select forms_of_nobody from companion_performance") == [(1,)]


DIED = {"life_status": "MENINGGAL", "valid_from": date(2019, 8, 1)}


@pytest.mark.parametrize(
    ("life", "paid", "flagged"),
    [
        ({"life_status": "AKTIF"}, date(2019, 9, 1), False),
        (DIED | {"life_status_date": date(2019, 5, 14)}, date(2019, 5, 15), True),
        (DIED | {"life_status_date": date(2019, 5, 15)}, date(2019, 5, 15), False),
        (DIED, date(2019, 8, 2), True),
        (DIED, date(2019, 5, 15), None),
        (DIED | {"life_status": "PINDAH", "life_status_date": date(2019, 1, 1)}, date(2019, 5, 15), False),
    ],
    ids=["lives", "after", "on the day", "after it was reported", "on an unknown day", "moved away"],
)
def test_money_after_the_receivers_death_is_flagged(night, pay, ask, life, paid, flagged):
    enrolled(night)
    night.registers("P1", "H1", **life)
    pay("T1", paid_on=paid)
    pay("T2", paid_on=paid, participant_no="NOBODY")
    assert ask("select paid_after_death from fct_disbursement order by transaction_no") == [(flagged,), (None,)]


JULY, NOVEMBER = date(2019, 7, 1), date(2019, 11, 1)
EXITS = {
    "in force": ([{"status": "active"}], False, False),
    "stated": ([{"status": "left", "end_date": JULY}], False, True),
    "left when the list came": ([{"status": "graduated"}], None, None),
    "said by a delivery": (
        [{"status": "active", "valid_to": JULY, "is_current": False}, {"status": "graduated", "valid_from": JULY}],
        False,
        True,
    ),
    "left out by a delivery": ([{"status": "active", "valid_to": JULY, "is_current": False}], False, True),
    "came back": (
        [{"status": "left", "valid_to": JULY, "is_current": False}, {"status": "active", "valid_from": JULY}],
        False,
        False,
    ),
}


@pytest.mark.parametrize(("versions", "before", "after"), EXITS.values(), ids=EXITS)
def test_money_after_the_exit_is_flagged(night, pay, visit, ask, versions, before, after):
    for version in versions:
        night.tells("JAMSOSRATU", "J1", participant_no="J1", start_year=2016, **version)
    for number, day in (("T1", JULY), ("T2", NOVEMBER)):
        pay(number, paid_on=day)
        visit(number, visited_on=day)
    assert ask("select paid_after_exit from fct_disbursement order by transaction_no") == [(before,), (after,)]
    in_force = [(None if flag is None else not flag,) for flag in (before, after)]
    assert ask("select in_force_on_visit from fct_visit order by submission_id") == in_force


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


def test_a_payment_is_linked_to_the_receiver_of_that_day(night, pay, ask):
    """In June the manager of the card changed, and with her the household."""
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


def test_a_version_of_the_same_person_follows_its_record(night, pay, ask):
    enrolled(night, valid_from=date(2019, 6, 1), status="graduated")
    night.tells("JAMSOSRATU", "J1", "active", participant_no="J1", is_current=False, valid_to=date(2019, 6, 1))
    pay("T1")
    assert ask("select status, household_id, person_id from fct_enrolment order by valid_from") == [
        ("active", "H1", "P1"), ("graduated", "H1", "P1"),
    ]  # fmt: skip
    assert ask("select household_id, person_id from fct_disbursement") == [("H1", "P1")]


@pytest.mark.parametrize(("status", "received"), [("BERHASIL", 500_000), ("GAGAL", 0), ("RETUR", 0)])
def test_only_received_money_counts(night, pay, ask, status, received):
    enrolled(night)
    pay("T1", status=status)
    assert ask("select amount, amount_received from fct_disbursement") == [(500_000, received)]
    assert ask("select received_this_year, payments_this_year from jamsosratu_progress") == [
        (received, int(received > 0))
    ]


def test_repeated_payments_of_one_period_are_counted(night, pay, ask):
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


def test_a_visit_that_a_clock_dates_ahead_counts_on_the_day_its_form_came_in(night, visit, ask):
    """Else its family would not be due until then."""
    enrolled(night)
    visit(
        "V1",
        visited_on=date(2020, 10, 1),
        submitted_at=datetime.fromisoformat("2019-05-01 20:00"),
        monthly_income=400_000,
    )
    visit(
        "V2",
        visited_on=date(2019, 7, 2),
        submitted_at=datetime.fromisoformat("2019-07-02 10:00"),
        monthly_income=700_000,
    )
    assert ask("select last_visited_on, last_income from jamsosratu_progress") == [(date(2019, 7, 2), 700_000)]
    assert ask("select last_visited_on from family_due") == [(date(2019, 7, 2),)]
    assert ask("select visited_on from visits_by_day order by 1") == [(date(2019, 5, 2),), (date(2019, 7, 2),)]
    assert ask("select max(visited_on) from fct_visit") == [(date(2020, 10, 1),)]


def test_progress_has_first_and_last_income_and_conditions(night, visit, ask):
    enrolled(night)
    visit("V1", visited_on=date(2018, 1, 1), monthly_income=400_000, children_of_school_age=2, children_in_school=1)
    visit("V2", monthly_income=700_000, children_of_school_age=2, children_in_school=2, goes_to_posyandu=True)
    visit("V3", visited_on=date(2019, 10, 9))
    columns = "first_income, last_income, children_in_school, meets_conditions, is_visited, has_succeeded"
    assert ask(f"select {columns} from jamsosratu_progress") == [(400_000, 700_000, 2, True, True, False)]


def test_a_family_without_visits_is_listed(night, ask):
    enrolled(night)
    columns = "is_visited, visits_last_year, last_visited_on, meets_conditions, has_succeeded"
    assert ask(f"select {columns} from jamsosratu_progress") == [(False, 0, None, None, False)]
    assert ask("select families, families_visited, visited_share, families_succeeded from companion_performance") == [
        (1, 0, 0.0, 0)
    ]


def test_only_families_in_force_are_to_be_visited(night, visit, ask):
    night.lists("H1")
    for number, given in (
        ("J1", {}),
        ("J2", {"status": "graduated"}),
        ("J3", {"status": "left", "end_date": date(2019, 9, 1)}),
        ("J4", {"start_date": date(2019, 10, 15)}),
    ):
        night.enrols("JAMSOSRATU", number, "H1", person=number, participant_no=number, companion_id="C1", **given)
    for number in ("J1", "J3", "J4"):
        visit(f"V{number}", participant_no=number)
    assert ask("select families, families_visited, visited_share, families_succeeded from companion_performance") == [
        (2, 1, 0.5, 1)
    ]


CONDITIONS = {
    "nobody is asked": ([40], (0, 0, False), 0, None),
    "school met": ([40, 10], (1, 1, False), 1, True),
    "school not met": ([40, 10, 9], (2, 1, None), 1, False),
    "no toddler, no posyandu": ([40, 10], (1, 1, False), 1, True),
    "posyandu met, no pupil": ([40, 2], (0, 0, True), 1, True),
    "posyandu not met": ([40, 2], (0, None, False), 1, False),
    "posyandu not reported": ([40, 2, 10], (1, 1, None), 2, None),
    "one of two fails, the other is not reported": ([40, 2, 10], (1, 0, None), 2, False),
    "more in school than there are": ([40, 10], (1, 2, None), 1, None),
    "children by the records, school not reported": ([40, 10], (None, None, None), 1, None),
}


@pytest.mark.parametrize(("ages", "reported", "asked", "meets"), CONDITIONS.values(), ids=CONDITIONS)
def test_a_condition_counts_only_if_it_applies(night, visit, ask, ages, reported, asked, meets):
    enrolled(night)
    for age in ages:
        night.registers(f"aged {age}", "H1", birth_date=date(2019 - age, 5, 1), birth_year=2019 - age)
    of_age, in_school, posyandu = reported
    visit("V1", children_of_school_age=of_age, children_in_school=in_school, goes_to_posyandu=posyandu)
    assert ask("select conditions_asked, meets_conditions from jamsosratu_progress") == [(asked, meets)]


def test_numbers_of_children_of_two_visits_are_not_combined(night, visit, ask):
    enrolled(night)
    visit("V1", visited_on=date(2019, 9, 1), children_of_school_age=3, children_in_school=3)
    visit("V2", children_of_school_age=1)
    columns = "children_of_school_age, children_in_school, more_in_school_than_children, meets_conditions"
    assert ask(f"select {columns} from jamsosratu_progress") == [(1, None, None, None)]


def test_more_children_in_school_than_exist_is_flagged(night, visit, ask):
    enrolled(night)
    visit("V1", children_of_school_age=1, children_in_school=2)
    assert ask("select more_in_school_than_children from fct_visit") == [(True,)]
    assert ask("select more_in_school_than_children from jamsosratu_progress") == [(True,)]
    assert ask("select forms_with_more_in_school from companion_performance") == [(1,)]


def test_a_companions_families_children_are_counted(night, ask):
    """Each child once, even if two families share a household; the coverage of Dapodik is another column."""
    enrolled(night, family="F1")
    night.enrols(
        "JAMSOSRATU", "J2", "H1", person="P2", participant_no="J2", companion_id="C1", family="F2", regency_code="3601"
    )
    born = {
        "toddler": date(2016, 5, 1),
        "pupil": date(2009, 5, 1),
        "found": date(2009, 5, 1),
        "adult": date(1985, 5, 1),
    }
    for person, day in born.items():
        night.registers(person, "H1", family="F2", birth_date=day, birth_year=day.year)
    night.stages("stg_dindik__siswa", record_key="S", student_no="S", status="AKTIF", receives_pip=False)
    night.says("dindik_siswa", "S", household="H1", person="found", family="F2")
    columns = "toddlers, school_age_children, children_not_in_dapodik, dapodik_share"
    assert ask(f"select {columns} from companion_performance where companion_id = 'C1'") == [(1, 2, 1, 0.5)]


def test_forms_of_a_companion_without_families_are_listed(visit, ask):
    visit("V1", companion_id="C9", participant_no="NOBODY")
    assert ask("select companion_id, families, visits_last_year, forms_of_nobody from companion_performance") == [
        ("C9", 0, 1, 1)
    ]


def cohorts(ask, aspect: str) -> list[tuple]:
    """Rows of an aspect in the province, all years first."""
    return ask(
        "select cohort, answer, families, of_families from jamsosratu_cohorts"
        f" where aspect = '{aspect}' and region_level = 'province' order by cohort = 'all' desc, cohort, answer"
    )


@pytest.fixture
def families(night):
    """Two in force of 2016, one who graduated, one who left without a reason and without a year."""
    for number, given in (
        ("J1", {"start_year": 2016, "regency_code": "3601"}),
        ("J2", {"start_year": 2016, "regency_code": "3602"}),
        ("J3", {"start_year": 2017, "status": "graduated", "end_reason": "Sudah mampu", "regency_code": None}),
        ("J4", {"status": "left", "regency_code": "3602"}),
    ):
        night.lists(f"H {number}", decile=3)
        night.enrols("JAMSOSRATU", number, f"H {number}", person=f"P {number}", participant_no=number, **given)


def test_every_family_has_one_answer_by_year_of_entry(families, ask):
    assert cohorts(ask, "status") == [
        ("all", "active", 2, 4), ("all", "graduated", 1, 4), ("all", "left", 1, 4),
        ("2016", "active", 2, 2), ("2017", "graduated", 1, 1), ("unknown", "left", 1, 1),
    ]  # fmt: skip
    assert cohorts(ask, "exit_reason") == [
        ("all", "able", 1, 2), ("all", "not_stated", 1, 2), ("2017", "able", 1, 1), ("unknown", "not_stated", 1, 1),
    ]  # fmt: skip
    assert cohorts(ask, "visit") == [("all", "not_visited", 2, 2), ("2016", "not_visited", 2, 2)]
    regencies = "select region_code, cohort, answer, families from jamsosratu_cohorts where region_level = 'regency'"
    assert ask(f"{regencies} and aspect = 'status' order by all") == [
        ("3601", "all", "active", 1), ("3602", "all", "active", 1), ("3602", "all", "left", 1),
    ]  # fmt: skip


def test_visits_tell_of_school_business_and_income(families, visit, ask):
    visit("V1", visited_on=date(2019, 3, 1), monthly_income=400_000)
    visit("V2", monthly_income=600_000, children_of_school_age=2, children_in_school=1, has_business=True)
    visit("V3", participant_no="J2", monthly_income=1_500_000, children_of_school_age=0)
    told = {aspect: cohorts(ask, aspect)[:2] for aspect in ("school", "business", "income", "income_change")}
    assert told == {
        "school": [("all", "none_asked", 1, 2), ("all", "not_all", 1, 2)],
        "business": [("all", "unknown", 1, 2), ("all", "yes", 1, 2)],
        "income": [("all", "below_1000", 1, 2), ("all", "more", 1, 2)],
        "income_change": [("all", "higher", 1, 2), ("all", "not_comparable", 1, 2)],
    }


def test_posyandu_is_asked_of_families_with_small_children(families, night, visit, ask):
    night.registers("child", "H J1", birth_year=2017)
    night.registers("other child", "H J2", birth_year=2017)
    visit("V1", goes_to_posyandu=True)
    visit("V2", participant_no="J2", goes_to_posyandu=False)
    assert cohorts(ask, "posyandu")[:2] == [("all", "no", 1, 2), ("all", "yes", 1, 2)]


def test_a_decile_moves_from_the_first_that_is_known(families, night, ask):
    for number, first in (("J1", 2), ("J2", 3), ("J3", 5)):
        for decile, year, until in ((first, 2017, date(2018, 1, 1)), (3, 2018, None)):
            night.stages(
                "stg_dinsos__dtks_rumah_tangga", record_key=f"dtks H {number}", dtks_id=f"dtks H {number}",
                decile=decile, valid_from=date(year, 1, 1), valid_to=until,
            )  # fmt: skip
    assert cohorts(ask, "decile_change")[:4] == [
        ("all", "higher", 1, 4), ("all", "lower", 1, 4), ("all", "same", 1, 4), ("all", "unranked", 1, 4),
    ]  # fmt: skip


def test_reasons_for_leaving_are_grouped(night, ask):
    groups = {
        "able": ("MAMPU", "sudah sejahtera mandiri"),
        "moved": ("Pindah ke Lampung",),
        "died": ("KPM meninggal dunia",),
        "other_programme": ("Menerima PKH", "data ganda"),
        "withdrew": ("mengundurkan diri",),
        "not_eligible": ("Tidak memenuhi syarat",),
        "other": ("lain-lain", "Dinilai tidak mampu hadir"),
        "not_stated": (None,),
    }
    for number, stated in enumerate(reason for reasons in groups.values() for reason in reasons):
        night.enrols("JAMSOSRATU", f"J{number}", "H1", "left", participant_no=f"J{number}", end_reason=stated)
    told = {answer: families for cohort, answer, families, _ in cohorts(ask, "exit_reason") if cohort == "all"}
    assert told == {reason: len(stated) for reason, stated in groups.items()}
