"""What households need and do not get; schools, health, houses, enterprises; poverty as it is published."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest


@pytest.fixture
def poor(night):
    """A poor household with one adult; `poor(person, born)` adds people."""
    night.lists("H1", decile=2)

    def person(name: str, born: date, household: str = "H1") -> None:
        night.registers(name, household, birth_date=born, birth_year=born.year)

    person("adult", date(1985, 1, 1))
    return person


def has_card(night, person: str, household: str = "H1", **given) -> None:
    card = f"card {person}"
    member = {"card_no": card, "segment": "PPU", "is_subsidised": False, "status": "AKTIF"}
    night.stages("stg_dinkes__jkn", record_key=card, **member | given)
    night.says("dinkes_jkn", card, household=household, person=person)


def goes_to_school(night, person: str, **given) -> None:
    night.stages(
        "stg_dindik__siswa", record_key=person, student_no=person, **{"status": "AKTIF", "receives_pip": False, **given}
    )
    night.says("dindik_siswa", person, household="H1", person=person)


def unserved(ask, programme: str) -> list[tuple]:
    return ask("select household_id, need from unserved where programme = $1", programme)


def test_a_toddler_makes_pkh_a_question_until_the_family_is_on_it(night, poor, ask):
    assert_none = "an adult alone is no component"
    poor("toddler", date(2017, 1, 1))
    night.lists("H2", decile=2)
    night.registers("other adult", "H2", birth_date=date(1985, 1, 1), birth_year=1985)
    night.lists("H3", decile=8)
    night.registers("rich toddler", "H3", birth_date=date(2017, 1, 1), birth_year=2017)
    night.lists("H4", decile=1)
    night.registers("served toddler", "H4", birth_date=date(2017, 1, 1), birth_year=2017)
    night.enrols("PKH", "K4", "H4")
    assert unserved(ask, "PKH") == [("H1", 1)], assert_none
    assert ask("select in_any_programme from unserved where programme = 'PKH'") == [(False,)]


def test_who_is_on_pkh_is_no_question_of_jamsosratu(night, poor, ask):
    poor("old", date(1950, 1, 1))
    night.enrols("PKH", "K1", "H1")
    assert unserved(ask, "JAMSOSRATU") == []


def test_people_without_an_active_card_are_counted(night, poor, ask):
    poor("second", date(1990, 1, 1))
    poor("third", date(1991, 1, 1))
    has_card(night, "second")
    has_card(night, "third", status="NONAKTIF")
    assert unserved(ask, "PBI_JKN") == [("H1", 2)]


def test_pupils_without_pip_are_counted_and_one_with_it_serves_the_household(night, poor, ask):
    poor("pupil", date(2009, 1, 1))
    goes_to_school(night, "pupil")
    assert unserved(ask, "PIP") == [("H1", 1)]
    assert ask("select person_id, household_id, receives_pip from fct_school") == [("pupil", "H1", False)]


def test_an_unfit_house_without_aid_is_a_question(night, poor, ask):
    for house, status, fit in (("R1", "BELUM", False), ("R2", "SELESAI", False), ("R3", "BELUM", True)):
        fitness = {"roof_is_fit": fit, "floor_is_fit": True, "walls_are_fit": True, "aid_status": status}
        night.stages("stg_dprkp__rtlh", record_key=house, house_no=house, **fitness)
        night.says("dprkp_rtlh", house, household="H1", person="adult", in_frame=True)
    assert unserved(ask, "RTLH") == [("H1", 1)]
    assert ask("select house_no, is_fit from dim_house order by 1") == [("R1", False), ("R2", False), ("R3", True)]


def test_only_the_frame_is_told_of(night, poor, ask):
    night.registers("stranger", "H9")
    has_card(night, "stranger", "H9")
    has_card(night, "adult")
    assert ask("select person_id from fct_health_cover") == [("adult",)]


@pytest.mark.parametrize(
    ("weight", "height", "status", "plausible", "stunted"),
    [("11.5", "84", "NORMAL", True, False), ("9", "70", "PENDEK", True, True), ("84", "11.5", "PENDEK", False, None)],
)
def test_growth_is_told_of_plausible_measurements(night, poor, ask, weight, height, status, plausible, stunted):
    measured = {"weight_kg": Decimal(weight), "height_cm": Decimal(height), "height_status": status}
    days = {"birth_date": date(2017, 8, 5), "measured_on": date(2019, 10, 12)}
    night.stages("stg_dinkes__gizi", record_key="M1", measurement_no="M1", **measured, **days)
    night.says("dinkes_gizi", "M1", household="H1", person="child", role="child")
    columns = "is_plausible, is_stunted, age_months, person_id"
    assert ask(f"select {columns} from fct_growth") == [(plausible, stunted, 26, "child")]


def test_enterprises_and_job_seekers_of_the_frame(night, poor, ask):
    night.stages("stg_diskop__umkm", record_key="U1", enterprise_no="U1", aid=None)
    night.says("diskop_umkm", "U1", household="H1", person="adult", role="owner")
    night.stages("stg_disnaker__pencaker", record_key="S1", seeker_no="S1", status="PELATIHAN")
    night.says("disnaker_pencaker", "S1", household="H1", person="adult")
    assert ask("select owner_person_id, household_id from dim_enterprise") == [("adult", "H1")]
    assert ask("select person_id, status from fct_job_seeker") == [("adult", "PELATIHAN")]
    assert unserved(ask, "UMKM") == [("H1", 1)]


def test_poverty_is_told_by_survey_and_ranked_among_the_kabupaten(night, poor, ask):
    for region, year, percent in (("36", 2019, "5.09"), ("3601", 2020, "9.92"), ("3602", 2020, "9.24")):
        figures = {"region_code": region, "survey_year": year, "survey_month": 3, "poor_percent": Decimal(percent)}
        night.stages("stg_bps__kemiskinan", record_key=f"{region}|{year}|MARET", **figures)
    published = "region_code, survey_year, origin, poor_percent, change_percent_points, rank_of_survey"
    assert ask(f"select {published}, registry_poor_households from poverty_trend order by 1, 2") == [
        ("36", 2002, "press", Decimal("9.220"), None, None, None),
        ("36", 2019, "BPS", Decimal("5.090"), Decimal("-4.130"), None, 1),
        ("3601", 2020, "BPS", Decimal("9.920"), None, 1, 1),
        ("3602", 2020, "BPS", Decimal("9.240"), None, 2, None),
    ]
