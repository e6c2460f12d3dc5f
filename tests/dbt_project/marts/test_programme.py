"""Coverage, overlap and status: each household counts once, poor households are the denominator, findings need a
rule.
"""

from __future__ import annotations

from datetime import date

import pytest

pytestmark = pytest.mark.slow

COVERAGE = (
    "select households, poor_households, served_households, served_poor_households, unserved_poor_households"
    " from coverage_by_region where region_code = ? and programme = ?"
)
UNITS = (
    "select unit, units, poor_units, served_units, served_poor_units, coverage_share"
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


def test_a_household_on_two_programmes_causes_no_negative_count(night, ask):
    night.lists("H1")
    night.enrols("PKH", "1", "H1")
    night.enrols("JAMSOSRATU", "2", "H1")
    assert ask(COVERAGE, "3601", "PKH") == [(1, 1, 1, 1, 0)]
    assert ask(COVERAGE, "3601", "JAMSOSRATU") == [(1, 1, 1, 1, 0)]


def test_only_the_poor_are_in_denominator_and_numerator(night, ask):
    for household, decile in (("poor and served", 4), ("poor", 1), ("not poor, served", 5), ("unranked", None)):
        night.lists(household, decile)
        night.registers(f"head of {household}", household)
    night.enrols("PKH", "1", "poor and served", person="head of poor and served")
    night.enrols("PKH", "2", "not poor, served", person="head of not poor, served")
    night.enrols("PKH", "3", "in no list", person="somebody")
    assert ask(COVERAGE, "36", "PKH") == [(5, 2, 3, 1, 1)]
    assert ask(UNITS, "36", "PKH") == [("family", 5, 2, 3, 1, 0.5)]


def test_a_programme_is_measured_in_the_unit_that_it_pays(night, ask):
    """One insured child does not serve seven; one card of a household does not serve another card."""
    night.lists("H1", 1)
    for number in range(7):
        night.registers(f"P{number}", "H1", family=f"F{number % 2}")
    night.enrols("PBI_JKN", "card", "H1", person="P0", source="dinkes_jkn", family="F0")
    night.enrols("PKH", "K1", "H1", person="P1", family="F1")
    assert ask(UNITS, "36", "PBI_JKN") == [("person", 7, 7, 1, 1, 0.1429)]
    assert ask(UNITS, "36", "PKH") == [("family", 2, 2, 1, 1, 0.5)]
    assert ask(UNITS, "36", "RTLH") == [("household", 1, 1, 0, 0, 0.0)]
    assert ask(COVERAGE, "36", "PBI_JKN") == [(1, 1, 1, 1, 0)]
    need = "select in_need, served_in_need, unserved_in_need, need_coverage_share from coverage_by_region"
    assert ask(need + " where region_code = '36' and programme = 'PBI_JKN'") == [(7, 1, 6, 0.1429)]
    assert ask("select person_id from unserved where programme = 'PBI_JKN' order by 1") == [
        (f"P{number}",) for number in range(1, 7)
    ]


@pytest.mark.parametrize(
    ("programme", "source", "listed", "year", "status"),
    [
        ("UMKM", "diskop_umkm", "active", 2017, "completed"),
        ("UMKM", "diskop_umkm", "active", 2018, "active"),
        ("UMKM", "diskop_umkm", "active", 2019, "active"),
        ("UMKM", "diskop_umkm", "active", 2020, "inactive"),
        ("UMKM", "diskop_umkm", "active", None, "inactive"),
        ("RTLH", "dprkp_rtlh", "active", 2014, "active"),
        ("RTLH", "dprkp_rtlh", "completed", 2019, "completed"),
        ("PKH", "dinsos_pkh", "active", None, "active"),
        ("PIP", "dindik_siswa", "graduated", None, "graduated"),
    ],
)
def test_an_award_counts_as_long_as_its_programme_says(night, ask, programme, source, listed, year, status):
    """Ruling 43: enterprise aid in its year and the next, a house while it is being built, membership while listed."""
    night.lists("H1")
    night.enrols(programme, "1", "H1", listed, person="P1", source=source, award_year=year)
    assert ask("select status, award_year from fct_enrolment") == [(status, year)]
    assert ask("select status from household_status_long") == [(status,)]
    served = int(status == "active")
    assert ask(COVERAGE, "36", programme) == [(1, 1, served, served, 1 - served)]
    assert ask(f"select {programme} from household_status") == [(status == "active",)]


def test_an_award_of_the_past_was_active_in_its_time(night, ask):
    years = {"source": "diskop_umkm", "award_year": 2016}
    night.tells(
        "UMKM", "1", "active", is_current=False, valid_from=date(2016, 5, 1), valid_to=date(2018, 1, 1), **years
    )
    night.tells("UMKM", "1", "active", valid_from=date(2018, 1, 1), **years)
    assert ask("select status, award_ends_on from fct_enrolment order by valid_from") == [
        ("active", date(2018, 1, 1)),
        ("completed", date(2018, 1, 1)),
    ]


def test_completed_aid_is_no_overlap(night, ask):
    night.enrols("UMKM", "1", "H1", source="diskop_umkm", award_year=2016)
    night.enrols("RTLH", "2", "H1", "completed", source="dprkp_rtlh")
    night.enrols("PKH", "3", "H1")
    assert ask("select * from programme_overlap_households") == []


@pytest.mark.parametrize("life", ["MENINGGAL", "PINDAH"])
@pytest.mark.parametrize("programme", ["PBI_JKN", "PKH"])
def test_an_award_to_a_dead_member_serves_no_one(night, ask, programme, life):
    night.lists("H1", 1)
    night.registers("gone", "H1", life_status=life)
    night.registers("toddler", "H1", birth_date=date(2018, 1, 1), birth_year=2018)
    night.enrols(programme, "1", "H1", person="gone", source="list")
    assert ask(COVERAGE, "36", programme) == [(1, 1, 0, 0, 1)]
    assert ask(UNITS, "36", programme)[0][1:5] == (1, 1, 0, 0)
    assert ask("select status, active_records, records_of_the_gone from household_status_long") == [("inactive", 0, 1)]
    standing = {"PKH": "receiver_gone", "PBI_JKN": "not_listed"}[programme]
    assert ask("select standing from unserved where programme = $1", programme) == [(standing,)]


def test_another_living_receiver_serves(night, ask):
    night.lists("H1", 1)
    night.registers("gone", "H1", life_status="MENINGGAL")
    night.enrols("PKH", "1", "H1", person="gone")
    night.enrols("PKH", "2", "H1", person="living")
    assert ask("select status, active_records, records_of_the_gone from household_status_long") == [("active", 1, 1)]


def test_a_person_gone_by_one_entry_but_living_by_another_is_served(night, ask):
    night.lists("H1", 1)
    night.registers("P1", "H1", life_status="PINDAH")
    night.says("dukcapil_penduduk", "came back", household="H1", person="P1", is_register=True, life_status="AKTIF")
    night.enrols("PKH", "1", "H1", person="P1")
    assert ask("select status from household_status_long") == [("active",)]
    assert ask("select persons from dim_household") == [(1,)]


def test_an_overlap_names_its_households(night, ask):
    _on_both(night, "forbidden", "Pergub 1/2013")
    night.registers(
        "P1", "H1", head_name="SITI", address="KP. SAWAH", village_code="3601012001", district_code="360101"
    )
    night.enrols("PKH", "3", "H2", start_date=date(2015, 6, 1), valid_from=date(2019, 2, 1))
    night.enrols("JAMSOSRATU", "4", "H2", start_year=2017, valid_from=date(2019, 3, 1))
    columns = "head_name, address, village_name, regency_name, compatibility, legal_basis, is_finding, reason"
    assert ask(f"select {columns} from programme_overlap_households where household_id = 'H1'") == [
        ("SITI", "KP. SAWAH", "SUMBERJAYA", "KABUPATEN PANDEGLANG", "forbidden", "Pergub 1/2013", True,
         "dilarang: Pergub 1/2013")
    ]  # fmt: skip
    since = "programme_a, start_year_a, start_year_b, both_known_since"
    assert ask(f"select {since} from programme_overlap_households where household_id = 'H2'") == [
        ("JAMSOSRATU", 2017, 2015, date(2019, 3, 1))
    ]
    counted = "select region_code, households from programme_overlap where region_name is not null order by 1"
    assert ask(counted) == [("36", 2), ("3601", 2)]


@pytest.mark.parametrize("status", ["graduated", "left", "inactive"])
def test_a_unit_that_left_a_programme_is_not_served(night, ask, status):
    night.lists("H1")
    night.enrols("PKH", "1", "H1", status)
    assert ask(COVERAGE, "36", "PKH") == [(1, 1, 0, 0, 1)]
    assert ask("select status from household_status_long") == [(status,)]
    assert ask("select pkh from household_status") == [(False,)]


def test_a_past_enrolment_serves_no_one(night, ask):
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


def test_the_newest_ended_record_gives_the_status(night, ask):
    night.lists("H1")
    night.enrols("PKH", "1", "H1", "left", family="F1", valid_from=date(2019, 2, 1))
    night.enrols("PKH", "2", "H1", "graduated", family="F2", valid_from=date(2019, 1, 1))
    night.lists("H2")
    for key, status in (("3", "left"), ("4", "graduated"), ("5", "inactive")):
        night.enrols("PKH", key, "H2", status, family=key)
    assert ask("select household_id, status from household_status_long order by 1") == [("H1", "left"), ("H2", "left")]


def test_every_kabupaten_has_a_row_also_without_poor_people(night, ask):
    night.lists("H1")
    night.registers("P1", "H1")
    coverage = ask("select region_code, poor_households, coverage_share from coverage_by_region"
               " where region_level = 'regency' and programme = 'PKH' order by 1")  # fmt: skip
    assert len(coverage) == 8
    assert coverage[0] == ("3601", 1, 0.0)
    assert coverage[1] == ("3602", 0, None)


def test_regions_add_up_whatever_the_places(night, ask):
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


def test_a_family_that_left_one_of_two_programmes_is_on_one(night, ask):
    night.enrols("PKH", "1", "H1", "graduated")
    night.enrols("JAMSOSRATU", "2", "H1")
    assert ask("select * from programme_overlap") == []


def test_jamsosratu_and_pkh_together_are_listed_but_not_a_finding(night, ask):
    night.enrols("PKH", "1", "H1")
    night.enrols("JAMSOSRATU", "2", "H1")
    assert ask(OVERLAP, "36") == [(1, "to_be_confirmed", False)]
