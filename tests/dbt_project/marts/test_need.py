"""Unmet needs of households; schools, health, houses, enterprises; published poverty figures."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

pytestmark = pytest.mark.slow


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


def unserved(ask, programme: str, columns: str = "household_id, need") -> list[tuple]:
    return ask(f"select {columns} from unserved where programme = $1 order by unit_id", programme)


def test_a_toddler_makes_a_family_unserved_by_pkh_until_it_is_enrolled(night, poor, ask):
    assert_none = "an adult alone is no component"
    poor("toddler", date(2017, 1, 1))
    night.lists("H2", decile=2)
    night.registers("other adult", "H2", birth_date=date(1985, 1, 1), birth_year=1985)
    night.lists("H3", decile=8)
    night.registers("rich toddler", "H3", birth_date=date(2017, 1, 1), birth_year=2017)
    night.lists("H4", decile=1)
    night.registers("served toddler", "H4", birth_date=date(2017, 1, 1), birth_year=2017)
    night.enrols("PKH", "K4", "H4", person="served toddler")
    assert unserved(ask, "PKH") == [("H1", 1)], assert_none
    assert ask("select in_any_programme from unserved where programme = 'PKH'") == [(False,)]


def test_a_family_on_pkh_is_not_unserved_by_jamsosratu(night, poor, ask):
    poor("old", date(1950, 1, 1))
    night.enrols("PKH", "K1", "H1", person="old")
    assert unserved(ask, "JAMSOSRATU") == []


def test_people_without_an_active_card_are_listed_one_by_one(night, poor, ask):
    poor("second", date(1990, 1, 1))
    poor("third", date(1991, 1, 1))
    poor("insured by the state", date(1991, 1, 1))
    has_card(night, "second")
    has_card(night, "third", status="NONAKTIF")
    has_card(night, "insured by the state", segment="PBI APBN", is_subsidised=True)
    night.enrols("PBI_JKN", "S", "H1", person="insured by the state", source="dinkes_jkn")
    night.enrols("PBI_JKN", "T", "H1", "inactive", person="third", source="dinkes_jkn")
    assert unserved(ask, "PBI_JKN", "person_id, unit, household_id, need, standing") == [
        ("adult", "person", "H1", 1, "not_listed"),
        ("third", "person", "H1", 1, "inactive"),
    ]
    counted = "select in_need, served_in_need, unserved_in_need from coverage_by_region"
    assert ask(counted + " where region_code = '3601' and programme = 'PBI_JKN'") == [(3, 1, 2)]


def test_dead_people_do_not_lack_a_card(night, poor, ask):
    night.registers("dead", "H1", life_status="MENINGGAL", birth_date=date(1950, 1, 1), birth_year=1950)
    assert unserved(ask, "PBI_JKN", "person_id") == [("adult",)]
    assert unserved(ask, "PKH") == []


def test_each_pupil_without_pip_is_listed_although_others_have_it(night, poor, ask):
    for pupil in ("pupil", "with PIP"):
        poor(pupil, date(2009, 1, 1))
        goes_to_school(night, pupil, receives_pip=pupil == "with PIP")
    night.enrols("PIP", "P", "H1", person="with PIP", source="dindik_siswa")
    assert unserved(ask, "PIP", "person_id, need, reason") == [("pupil", 1, "siswa aktif tanpa PIP; belum terdaftar")]
    assert ask("select person_id, household_id, receives_pip from fct_school where person_id = 'pupil'") == [
        ("pupil", "H1", False)
    ]


def test_a_second_family_of_a_household_on_pkh_is_unserved(night, poor, ask):
    """Programmes pay by family card: a household's second family is not served by the first's."""
    for family, person in (("F1", "on PKH"), ("F2", "toddler")):
        night.registers(person, "H1", family=family, birth_date=date(2017, 1, 1), birth_year=2017)
    night.enrols("PKH", "K1", "H1", person="on PKH", family="F1")
    assert unserved(ask, "PKH", "unit, unit_id, family_id, person_id, toddlers") == [("family", "F2", "F2", None, 1)]


@pytest.mark.parametrize(
    ("born", "at_school", "classed"),
    [
        (date(2013, 11, 1), False, "toddlers"),  # six on the load's day
        (date(2013, 11, 1), True, "school_age"),
        (date(2012, 11, 1), False, "school_age"),  # seven
        (date(2013, 11, 2), False, "toddlers"),  # five until tomorrow
        (date(2000, 11, 2), False, "school_age"),  # eighteen
        (date(2000, 11, 1), False, None),
        (date(1959, 11, 1), False, "elderly"),
    ],
)
def test_every_age_is_in_one_class_of_need(night, poor, ask, born, at_school, classed):
    poor("one", born)
    if at_school:
        goes_to_school(night, "one")
    parts = dict.fromkeys(("toddlers", "school_age", "elderly"), 0)
    expected = [tuple((parts | {classed: 1}).values())] if classed else []
    assert unserved(ask, "PKH", "toddlers, school_age, elderly") == expected


def test_a_person_counts_once_in_a_need(night, poor, ask):
    poor("old and disabled", date(1950, 1, 1))
    night.stages("stg_dinsos__dtks_anggota", record_key="1", disability="FISIK")
    night.says("dinsos_dtks_anggota", "1", household="H1", person="old and disabled", in_frame=True)
    assert unserved(ask, "PKH", "need, elderly, disabled") == [(1, 1, 1)]


def test_a_row_of_unserved_has_contact_data(night, ask):
    place = {"village_code": "3601012001", "district_code": "360101", "regency_code": "3601"}
    night.lists("H1", decile=1, head_name="UJANG", address="KP. SAWAH", rt="001", rw="002", **place)
    night.registers("SITI", "H1", birth_date=date(2017, 1, 1), birth_year=2017)
    columns = "person_name, head_name, address, rt, rw, village_name, district_name, regency_name, reason"
    assert unserved(ask, "PBI_JKN", columns) == [
        ("SITI", "UJANG", "KP. SAWAH", "001", "002", "SUMBERJAYA", "SUMUR", "KABUPATEN PANDEGLANG",
         "tanpa kartu JKN aktif; belum terdaftar")
    ]  # fmt: skip
    assert unserved(ask, "PKH", "person_name, head_name, reason") == [
        (None, "UJANG", "1 anak usia dini; belum terdaftar")
    ]


def test_an_unfit_house_without_aid_is_unserved(night, poor, ask):
    for house, status, fit in (("R1", "BELUM", False), ("R2", "SELESAI", False), ("R3", "BELUM", True)):
        fitness = {"roof_is_fit": fit, "floor_is_fit": True, "walls_are_fit": True, "aid_status": status}
        night.stages("stg_dprkp__rtlh", record_key=house, house_no=house, **fitness)
        night.says("dprkp_rtlh", house, household="H1", person="adult", in_frame=True)
    assert unserved(ask, "RTLH") == [("H1", 1)]
    assert ask("select house_no, is_fit from dim_house order by 1") == [("R1", False), ("R2", False), ("R3", True)]


def test_a_house_that_is_being_built_is_in_need_and_served(night, poor, ask):
    fitness = {"roof_is_fit": False, "floor_is_fit": True, "walls_are_fit": True, "aid_status": "PROSES"}
    night.stages("stg_dprkp__rtlh", record_key="R1", house_no="R1", **fitness)
    night.enrols("RTLH", "R1", "H1", person="adult", source="dprkp_rtlh")
    assert unserved(ask, "RTLH") == []
    counted = "select in_need, served_in_need, unserved_in_need from coverage_by_region"
    assert ask(counted + " where region_code = '3601' and programme = 'RTLH'") == [(1, 1, 0)]


def test_only_the_frame_is_included(night, poor, ask):
    night.registers("stranger", "H9")
    has_card(night, "stranger", "H9")
    has_card(night, "adult")
    assert ask("select person_id from fct_health_cover") == [("adult",)]


@pytest.mark.parametrize(
    ("weight", "height", "status", "plausible", "stunted"),
    [("11.5", "84", "NORMAL", True, False), ("9", "70", "PENDEK", True, True), ("84", "11.5", "PENDEK", False, None)],
)
def test_only_plausible_measurements_count_as_stunted(night, poor, ask, weight, height, status, plausible, stunted):
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


@pytest.mark.parametrize(
    ("year", "status", "asked"),
    [(2019, "active", []), (2016, "completed", []), (None, "inactive", [])],
)
def test_an_enterprise_with_aid_is_not_unserved_and_its_aid_has_a_status(night, poor, ask, year, status, asked):
    night.stages("stg_diskop__umkm", record_key="U1", enterprise_no="U1", aid="BPUM", aid_year=year)
    night.enrols("UMKM", "U1", "H1", person="adult", role="owner", source="diskop_umkm", award_year=year)
    assert ask("select aid_status from dim_enterprise") == [(status,)]
    assert unserved(ask, "UMKM") == asked


def published(night, region: str, year: int, percent: str, month: int = 3) -> None:
    figures = {"region_code": region, "survey_year": year, "survey_month": month, "poor_percent": Decimal(percent)}
    night.stages("stg_bps__kemiskinan", record_key=f"{region}|{year}|{month}", **figures)


def test_poverty_is_listed_by_survey_and_ranked_among_the_kabupaten(night, poor, ask):
    for region, year, percent in (
        ("36", 2018, "5.24"),
        ("36", 2019, "5.09"),
        ("3601", 2019, "9.92"),
        ("3602", 2019, "9.24"),
    ):
        published(night, region, year, percent)
    for person, region, status in (("R1", "3601", "AKTIF"), ("R2", "3601", "AKTIF"), ("R3", "3601", "AKTIF"),
                                   ("R4", "3602", "AKTIF"), ("R5", "3601", "MENINGGAL")):  # fmt: skip
        night.stages("stg_dukcapil__penduduk", record_key=person, regency_code=region, life_status=status)
    columns = "region_code, survey_year, origin, poor_percent, change_percent_points, rank_of_survey"
    assert ask(f"select {columns}, registry_poor_households from poverty_trend order by 1, 2") == [
        ("36", 2002, "press", Decimal("9.220"), None, None, None),
        ("36", 2018, "BPS", Decimal("5.240"), None, None, None),
        ("36", 2019, "BPS", Decimal("5.090"), Decimal("-0.150"), None, 1),
        ("3601", 2019, "BPS", Decimal("9.920"), None, 1, 1),
        ("3602", 2019, "BPS", Decimal("9.240"), None, 2, 0),
    ]
    beside = "region_code, registry_poor_persons, registry_residents, registry_poor_percent"
    assert ask(f"select {beside} from poverty_trend where is_newest order by 1") == [
        ("36", 1, 4, Decimal("25.000")),
        ("3601", 1, 3, Decimal("33.333")),
        ("3602", 0, 1, Decimal("0.000")),
    ]


def test_a_survey_is_not_current_before_its_date(night, poor, ask):
    night.as_of = date(2020, 2, 29)
    for year in (2019, 2020):
        published(night, "36", year, "5.09")
    newest = "select survey_year, is_newest, registry_poor_households from poverty_trend order by 1"
    assert ask(newest) == [(2002, False, None), (2019, True, 1), (2020, False, None)]


def test_a_survey_is_current_once_its_month_has_begun(night, poor, ask):
    night.as_of = date(2020, 3, 1)
    for year in (2019, 2020):
        published(night, "36", year, "5.09")
    assert ask("select survey_year from poverty_trend where is_newest") == [(2020,)]
