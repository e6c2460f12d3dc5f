"""Values of a person: from the register first, then the newest; and the source of each value."""

from __future__ import annotations

from datetime import date

import pytest

pytestmark = pytest.mark.slow


def _pkh(night, person: str, **given) -> None:
    night.says("dinsos_pkh", f"pkh {person}", household="H1", person=person, role="manager", in_frame=True, **given)


def test_the_register_takes_precedence_then_the_newest_record(night, ask):
    night.registers("P1", "H1", name="SITI", valid_from=date(2018, 1, 1))
    _pkh(night, "P1", name="ST.", sex="P", valid_from=date(2019, 2, 1))
    night.says("dinsos_jamsosratu", "1", household="H1", person="P1", sex="L", no_kk="9", valid_from=date(2019, 1, 1))
    assert ask(
        "select name, name_source, sex, sex_source, no_kk, no_kk_source, records, in_register from dim_person"
    ) == [("SITI", "dukcapil_penduduk", "P", "dinsos_pkh", "9", "dinsos_jamsosratu", 3, True)]


@pytest.mark.parametrize("state", ["lost", "sentinel", "malformed", "unknown_prefix", "impossible_date", "serial_zero"])
def test_a_nik_that_is_not_usable_for_matching_does_not_survive(night, ask, state):
    _pkh(night, "P1", nik="3601010101809001", nik_state=state)
    assert ask("select nik, nik_source from dim_person") == [(None, None)]


BIRTH = "select birth_date, birth_year, birth_precision, birth_source from dim_person"


def test_a_year_is_completed_by_a_day_of_the_same_year(night, ask):
    night.registers("P1", "H1", birth_year=1980, birth_precision="year")
    _pkh(night, "P1", birth_date=date(1980, 3, 2), birth_year=1980)
    assert ask(BIRTH) == [(date(1980, 3, 2), 1980, "day", "dinsos_pkh")]


def test_a_day_of_another_year_does_not_override_the_registers_year(night, ask):
    night.registers("P1", "H1", birth_year=1980, birth_precision="year")
    _pkh(night, "P1", birth_date=date(1990, 3, 2), birth_year=1990)
    assert ask(BIRTH) == [(None, 1980, "year", "dukcapil_penduduk")]


def test_a_year_alone_never_becomes_the_first_of_january(night, ask):
    _pkh(night, "P1", birth_year=1957, birth_precision="year")
    assert ask(BIRTH) == [(None, 1957, "year", "dinsos_pkh")]


def test_an_unknown_birth_stays_unknown(night, ask):
    _pkh(night, "P1")
    assert ask(BIRTH) == [(None, None, None, None)]


HEAP = "select birth_date, birth_precision, birth_heap, birth_source from dim_person"
NEW_YEAR = {"birth_date": date(1957, 1, 1), "birth_year": 1957, "birth_precision": "day", "birth_heap": True}


def test_a_heaped_first_of_january_is_never_certain(night, ask):
    night.registers("P1", "H1", **NEW_YEAR)
    _pkh(night, "P1", birth_year=1957, birth_precision="year")
    assert ask(HEAP) == [(date(1957, 1, 1), "day", True, "dukcapil_penduduk")]


def test_a_heaped_first_of_january_gives_way_to_a_day_of_the_same_year(night, ask):
    night.registers("P1", "H1", **NEW_YEAR)
    _pkh(night, "P1", birth_date=date(1957, 3, 2), birth_year=1957, birth_heap=False)
    assert ask(HEAP) == [(date(1957, 3, 2), "day", False, "dinsos_pkh")]


def test_a_first_of_january_outside_a_heap_is_a_day_like_others(night, ask):
    night.registers("P1", "H1", **NEW_YEAR | {"birth_heap": False})
    _pkh(night, "P1", birth_year=1957, birth_precision="year")
    assert ask(HEAP) == [(date(1957, 1, 1), "day", False, "dukcapil_penduduk")]


def test_a_birth_without_a_day_is_in_no_heap(night, ask):
    _pkh(night, "P1", birth_year=1957, birth_precision="year", birth_heap=False)
    assert ask("select birth_heap from dim_person") == [(None,)]


def test_only_people_of_the_frame_are_counted(night, ask):
    night.registers("P1", "H1")
    night.registers("P2", "H2")
    night.lists("H1")
    assert ask("select person_id from dim_person") == [("P1",)]
    assert ask("select count(*) from person_records") == [(2,)]


def test_a_person_is_in_one_household_the_listed_one(night, ask):
    night.registers("P1", "H1", valid_from=date(2019, 6, 1))
    night.lists("H1")
    night.lists("H2")
    night.says("dinsos_dtks_anggota", "2", household="H2", person="P1", household_ref="dtks H2", in_frame=True)
    assert ask("select household_id, records from dim_person") == [("H2", 2)]


def test_places_of_a_person_lie_in_one_another(night, ask):
    night.registers("P1", "H1", village_code=None, district_code="360201", regency_code="3602")
    _pkh(night, "P1", village_code="3603012001", district_code="360301", regency_code="3603")
    assert ask("select village_code, district_code, regency_code, village_source from dim_person") == [
        ("3603012001", "360301", "3603", "dinsos_pkh")
    ]


@pytest.mark.parametrize(("life", "counted"), [("AKTIF", 1), ("MENINGGAL", 0), ("PINDAH", 0)])
def test_people_who_died_or_moved_away_are_listed_but_not_counted(night, ask, life, counted):
    night.lists("H1")
    night.registers("P1", "H1", life_status=life)
    night.says("dinsos_dtks_anggota", "1", household="H1", person="P1", household_ref="dtks H1", in_frame=True)
    assert ask("select life_status from dim_person") == [(life,)]
    assert ask("select persons from dim_household") == [(counted,)]
    assert ask("select persons from dim_family") == [(counted,)]


def test_a_record_names_its_person_its_row_and_the_rule(night, ask):
    _pkh(night, "P1", link_rule="name_birth_village", match_probability=0.97)
    assert ask("select * from person_records") == [
        ("dinsos_pkh", "pkh P1", "manager", "delivery", "file.csv", 2, "P1", "name_birth_village", 0.97)
    ]


def test_valid_from_of_a_person_is_the_newest_record_that_gives_a_value(night, ask):
    given = {"valid_from": date(2018, 1, 1), "known_from": "load-1"}
    night.registers("P1", "H1", no_kk="9", village_code="3601012001", **given)
    _pkh(night, "P1", name="ST.", valid_from=date(2019, 6, 1), known_from="load-6")
    assert ask("select valid_from, known_from from dim_person") == [(date(2018, 1, 1), "load-1")]


@pytest.mark.parametrize(("life", "since"), [("AKTIF", date(2018, 1, 1)), ("MENINGGAL", date(2019, 7, 1))])
def test_valid_from_of_a_person_follows_the_life_status(night, ask, life, since):
    listed = {"household_ref": "D1", "in_frame": True, "valid_from": date(2018, 1, 1), "known_from": "load-1"}
    night.says("dinsos_dtks_anggota", "D1|1", household="H1", person="P1", **listed)
    night.registers("P1", "H1", life_status=life, valid_from=since, known_from="load-7")
    assert ask("select valid_from, known_from from dim_person") == [(since, "load-7")]
