"""Coverage, overlap and status: households counted once, poor ones as denominator, findings only by law."""

from __future__ import annotations

from datetime import date

import pytest

COVERAGE = (
    "select households, poor_households, served_households, served_poor_households, unserved_poor_households"
    " from coverage_by_region where region_code = ? and programme = ?"
)
RULE = {
    "programme_a": "PKH",
    "programme_b": "JAMSOSRATU",
    "valid_from": date(2013, 1, 1),
    "valid_to": None,
    "note": None,
}


def test_a_household_with_two_families_on_a_programme_is_served_once(night, ask):
    night.lists("H1")
    night.enrols("PKH", "1", "H1", family="F1")
    night.enrols("PKH", "2", "H1", family="F2")
    assert ask(COVERAGE, "36", "PKH") == [(1, 1, 1, 1, 0)]
    assert ask("select active_records from household_status_long") == [(2,)]


def test_a_household_on_two_programmes_leaves_nothing_below_zero(night, ask):
    night.lists("H1")
    night.enrols("PKH", "1", "H1")
    night.enrols("JAMSOSRATU", "2", "H1")
    assert ask(COVERAGE, "3601", "PKH") == [(1, 1, 1, 1, 0)]
    assert ask(COVERAGE, "3601", "JAMSOSRATU") == [(1, 1, 1, 1, 0)]


def test_the_poor_are_the_denominator_and_only_they_the_numerator(night, ask):
    night.lists("poor and served", 4)
    night.lists("poor", 1)
    night.lists("not poor, served", 5)
    night.lists("unranked", None)
    night.enrols("PKH", "1", "poor and served")
    night.enrols("PKH", "2", "not poor, served")
    night.enrols("PKH", "3", "in no list")
    assert ask(COVERAGE, "36", "PKH") == [(5, 2, 3, 1, 1)]
    assert ask("select coverage_share from coverage_by_region where region_code = '36' and programme = 'PKH'") == [
        (0.5,)
    ]


@pytest.mark.parametrize("status", ["graduated", "left", "inactive"])
def test_who_left_a_programme_is_not_served(night, ask, status):
    night.lists("H1")
    night.enrols("PKH", "1", "H1", status)
    assert ask(COVERAGE, "36", "PKH") == [(1, 1, 0, 0, 1)]
    assert ask("select status from household_status_long") == [(status,)]
    assert ask("select pkh from household_status") == [(False,)]


def test_an_enrolment_of_the_past_serves_nobody(night, ask):
    night.lists("H1")
    night.tells("PKH", "1", "active", is_current=False, valid_to=date(2019, 3, 1))
    assert ask(COVERAGE, "36", "PKH") == [(1, 1, 0, 0, 1)]
    assert ask("select household_id, valid_to from fct_enrolment") == [(None, date(2019, 3, 1))]


def test_one_active_family_makes_the_household_active(night, ask):
    night.lists("H1")
    night.enrols("PKH", "1", "H1", "active", family="F1", valid_from=date(2018, 1, 1))
    night.enrols("PKH", "2", "H1", "graduated", family="F2", valid_from=date(2019, 1, 1))
    assert ask("select status, active_records, known_since from household_status_long") == [
        ("active", 1, date(2018, 1, 1))
    ]


def test_of_families_that_left_the_newest_speaks_and_a_tie_is_settled_by_the_record(night, ask):
    night.lists("H1")
    night.enrols("PKH", "1", "H1", "left", family="F1", valid_from=date(2019, 2, 1))
    night.enrols("PKH", "2", "H1", "graduated", family="F2", valid_from=date(2019, 1, 1))
    night.lists("H2")
    for key, status in (("3", "left"), ("4", "graduated"), ("5", "inactive")):
        night.enrols("PKH", key, "H2", status, family=key)
    assert ask("select household_id, status from household_status_long order by 1") == [("H1", "left"), ("H2", "left")]


def test_every_kabupaten_is_told_of_also_one_where_nobody_is_poor(night, ask):
    night.lists("H1")
    told = ask("select region_code, poor_households, coverage_share from coverage_by_region"
               " where region_level = 'regency' and programme = 'PKH' order by 1")  # fmt: skip
    assert len(told) == 8
    assert told[0] == ("3601", 1, 0.0)
    assert told[1] == ("3602", 0, None)


def test_regions_add_up_whatever_can_be_placed(night, ask):
    night.lists("in a village", regency_code="3602", district_code="360201", village_code="3602012001")
    night.lists("in a kecamatan", regency_code="3602", district_code="360201")
    night.lists("in the province", regency_code=None)
    counted = ask(
        "select region_level, sum(households), count(*) filter (households > 0) from coverage_by_region"
        " where programme = 'PKH' group by 1 order by 1"
    )
    assert counted == [("district", 2, 1), ("province", 3, 1), ("regency", 3, 2)]


def test_the_wide_form_agrees_with_the_long_one(night, ask):
    night.lists("H1")
    night.enrols("PKH", "1", "H1")
    night.enrols("JAMSOSRATU", "2", "H2")
    assert ask("select household_id, pkh, jamsosratu, is_poor, in_dtks from household_status order by 1") == [
        ("H1", True, False, True, True),
        ("H2", False, True, False, False),
    ]


def _on_both(night, status: str, legal_basis: str | None, **dates) -> None:
    night.seeds["ref_programme_compatibility"] = [RULE | {"status": status, "legal_basis": legal_basis} | dates]
    night.lists("H1")
    night.enrols("PKH", "1", "H1")
    night.enrols("JAMSOSRATU", "2", "H1")


OVERLAP = "select households, compatibility, is_finding from programme_overlap where region_code = ?"


@pytest.mark.parametrize(
    ("status", "legal_basis", "is_finding"),
    [
        ("forbidden", "Pergub 1/2013", True),
        ("forbidden", None, False),
        ("to_be_confirmed", "Pergub 1/2013", False),
        ("allowed", "Pergub 1/2013", False),
        ("required", "Pergub 1/2013", False),
    ],
)
def test_an_overlap_is_a_finding_only_where_the_law_forbids_it(night, ask, status, legal_basis, is_finding):
    _on_both(night, status, legal_basis)
    assert ask(OVERLAP, "3601") == [(1, status, is_finding)]
    assert ask(OVERLAP, "36") == [(1, status, is_finding)]


@pytest.mark.parametrize(
    "dates",
    [{"valid_from": date(2020, 1, 1)}, {"valid_to": date(2019, 11, 1)}],
    ids=["not yet", "no more"],
)
def test_a_rule_holds_on_its_days_only(night, ask, dates):
    _on_both(night, "forbidden", "Pergub 1/2013", **dates)
    assert ask(OVERLAP, "36") == [(1, "to_be_confirmed", False)]


def test_an_overlap_names_the_rule_with_its_dates(night, ask):
    _on_both(night, "forbidden", "Pergub 1/2013")
    assert ask(
        "select rule_valid_from, rule_valid_to, legal_basis from programme_overlap where region_code = '36'"
    ) == [(date(2013, 1, 1), None, "Pergub 1/2013")]


def test_who_left_one_of_two_programmes_is_on_one(night, ask):
    night.enrols("PKH", "1", "H1", "graduated")
    night.enrols("JAMSOSRATU", "2", "H1")
    assert ask("select * from programme_overlap") == []


def test_jamsosratu_and_pkh_together_are_listed_and_called_no_finding(night, ask):
    night.enrols("PKH", "1", "H1")
    night.enrols("JAMSOSRATU", "2", "H1")
    assert ask(OVERLAP, "36") == [(1, "to_be_confirmed", False)]
