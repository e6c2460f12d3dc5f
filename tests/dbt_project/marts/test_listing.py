"""Rows that appear twice on a list, and households without a living member."""

from __future__ import annotations

from datetime import date

import pytest

pytestmark = pytest.mark.slow

PAIRS = "select kind, programme, record_key_a, record_key_b, rule from duplicate_listings order by all"


def member(night, dtks, number, person, household, **given):
    """A member of a household of the social registry."""
    night.says(
        "dinsos_dtks_anggota", f"{dtks}|{number}", household=household, person=person,
        **{"household_ref": dtks, "in_frame": True, **given},
    )  # fmt: skip


def covers(night, card, person, household, subsidised=True, **given):
    """A card of a list of persons; if subsidised, of a programme."""
    night.says("dinkes_jkn", card, household=household, person=person, **{"in_frame": subsidised, **given})
    if subsidised:
        night.tells("PBI_JKN", card, given.get("status", "active"), source="dinkes_jkn")


def test_a_household_under_two_numbers_is_listed_with_its_common_members(night, ask):
    night.lists("H1", household_ref="D1", head_name="UJANG", no_kk="1")
    night.says("dinsos_dtks_rumah_tangga", "D2", household="H1", household_ref="D2", head_name="UJANG", in_frame=True)
    for dtks in ("D1", "D2"):
        member(night, dtks, 1, "P1", "H1")
        member(night, dtks, 2, "P2", "H1")
    member(night, "D1", 3, "P3", "H1")
    assert ask("select record_key_a, record_key_b, rule, persons_in_common, name_similarity, household_id, reason_parts"
               " from duplicate_listings where kind = 'household_twice'") == [
        ("D2", "dtks H1", "same_household", 2, 1, "H1", "persons_in_common;same_name"),
    ]  # fmt: skip
    assert ask("select kind, record_key_b from duplicate_listings where kind <> 'household_twice' order by all") == [
        ("person_twice", "D2|1"),
        ("person_twice", "D2|2"),
    ]


def test_a_family_with_several_numbers_is_listed_once_per_surplus_number(night, ask):
    for key in ("1", "2", "3"):
        night.enrols("PKH", key, "H1", person="P1", role="manager", family="F1")
    assert ask(PAIRS) == [
        ("family_twice", "PKH", "1", "2", "same_person"),
        ("family_twice", "PKH", "1", "3", "same_person"),
    ]


def test_another_adult_of_the_family_is_the_same_family(night, ask):
    night.enrols("PKH", "1", "H1", person="P1", role="manager", family="F1")
    night.enrols("PKH", "2", "H1", person="P2", role="manager", family="F1")
    assert ask(PAIRS) == [("family_twice", "PKH", "1", "2", "same_family")]
    assert ask("select family_id, person_id, same_person from duplicate_listings") == [("F1", None, False)]


def test_two_families_of_one_household_are_no_duplicate(night, ask):
    night.enrols("PKH", "1", "H1", person="P1", role="manager", family="F1")
    night.enrols("PKH", "2", "H1", person="P2", role="manager", family="F2")
    assert ask(PAIRS) == []


def test_a_family_on_two_programmes_is_no_duplicate(night, ask):
    night.enrols("PKH", "1", "H1", person="P1", role="manager", family="F1")
    night.enrols("JAMSOSRATU", "2", "H1", person="P1", family="F1")
    assert ask(PAIRS) == []


@pytest.mark.parametrize("status", ["graduated", "left", "inactive", "completed"])
def test_a_graduated_and_an_active_number_are_no_duplicate(night, ask, status):
    night.enrols("PKH", "1", "H1", status, person="P1", role="manager", family="F1")
    night.enrols("PKH", "2", "H1", person="P1", role="manager", family="F1")
    assert ask(PAIRS) == []


def test_several_persons_of_a_household_in_a_persons_programme_are_no_duplicates(night, ask):
    covers(night, "1", "P1", "H1")
    covers(night, "2", "P2", "H1")
    assert ask(PAIRS) == []


def test_a_duplicate_person_is_of_the_programme_if_both_rows_are(night, ask):
    covers(night, "1", "P1", "H1", subsidised=False)
    covers(night, "2", "P1", "H1")
    covers(night, "3", "P1", "H1")
    assert ask(PAIRS) == [
        ("person_twice", "PBI_JKN", "2", "3", "same_person"),
        ("person_twice", None, "1", "2", "same_person"),
    ]


def test_measurements_of_a_child_and_enterprises_of_an_owner_are_no_duplicates(night, ask):
    night.lists("H1")
    for key in ("1", "2"):
        night.says("dinkes_gizi", key, household="H1", person="P1", role="child")
        night.says("diskop_umkm", key, household="H1", person="P2", role="owner")
    night.registers("P1", "H1")
    assert ask(PAIRS) == []


def test_two_awards_to_one_owner_in_a_programme_are_listed(night, ask):
    for key in ("1", "2"):
        night.says("diskop_umkm", key, household="H1", person="P2", role="owner", in_frame=True)
        night.tells("UMKM", key, "active", source="diskop_umkm")
    assert ask(PAIRS) == [("person_twice", "UMKM", "1", "2", "same_person")]


def test_households_outside_the_frame_are_not_listed(night, ask):
    covers(night, "1", "P1", "H1", subsidised=False)
    covers(night, "2", "P1", "H1", subsidised=False)
    assert ask(PAIRS) == []


def test_a_card_of_another_household_is_listed_with_a_record_from_there(night, ask):
    night.registers("P1", "H1", no_kk="1", family="F1")
    night.enrols("PKH", "1", "H1", person="P1", role="manager", no_kk="1", family="F1")
    night.registers("P2", "H2", no_kk="2", family="F2")
    night.lists("H2", no_kk="1", family="F2")
    assert ask(PAIRS) == [("card_in_two_households", None, "1", "dtks H2", "same_card")]
    assert ask("select source_a, source_b, household_id, other_household_id, family_id from duplicate_listings") == [
        ("dinsos_pkh", "dinsos_dtks_rumah_tangga", "H2", "H1", None)
    ]


def test_a_row_has_contact_data_and_a_reason(night, ask):
    place = {"village_code": "3602012001", "district_code": "360201", "regency_code": "3602"}
    night.lists("H1", head_name="UJANG", address="KP. SAWAH", rt="001", rw="002", family="F1", **place)
    said = {"no_kk": "7", "nik": "9", "nik_state": "valid", "birth_date": date(1980, 1, 2), "file_name": "pkh.csv"}
    for key, name in (("1", "SITI AMINAH"), ("2", "SITI AMINA")):
        row = said | {"name": name, "row_number": int(key)}
        night.enrols("PKH", key, "H1", person="P1", role="manager", family="F1", **row)
    placed = "select regency_name, head_name, address, rt, rw, village_code, listed_regency_code"
    assert ask(f"{placed} from duplicate_listings") == [
        ("KABUPATEN LEBAK", "UJANG", "KP. SAWAH", "001", "002", "3602012001", "3601")
    ]
    why = "select reason, reason_parts, name_similarity < 1, file_name_a, row_number_a, row_number_b"
    assert ask(f"{why} from duplicate_listings") == [
        ("Satu keluarga tercatat dua kali dalam Program Keluarga Harapan: orang yang sama, NIK sama, nomor KK sama,"
         " tanggal lahir sama, nama mirip", "same_person;same_nik;same_card;same_birth_date;similar_name", True,
         "pkh.csv", 1, 2)
    ]  # fmt: skip


def test_a_nik_that_is_not_usable_for_matching_is_not_in_common(night, ask):
    for key in ("1", "2"):
        covers(night, key, "P1", "H1", nik="9", nik_state="lost")
    assert ask("select same_nik from duplicate_listings") == [(False,)]


def test_duplicates_are_counted_by_list_programme_and_region(night, ask):
    for key, regency in (("1", "3601"), ("2", "3602"), ("3", "3602"), ("4", None)):
        night.enrols("PKH", key, f"H{min(int(key), 3)}", person="P1" if key < "3" else "P2", role="manager",
                     family=f"F{min(int(key), 3)}", regency_code=regency)  # fmt: skip
    night.enrols("PKH", "5", "H5", "graduated", person="P5", role="manager")
    counted = "select region_level, region_code, listed, suspected, suspected_share from duplicate_summary"
    assert ask(f"{counted} where kind = 'family_twice' and programme = 'PKH' order by all") == [
        ("province", "36", 4, 2, 0.5),
        ("regency", "36", 1, 1, 1.0),
        ("regency", "3601", 1, 0, 0.0),
        ("regency", "3602", 2, 1, 0.5),
    ]
    assert ask(f"{counted} where kind = 'family_twice' and programme is null and region_level = 'province'") == [
        ("province", "36", 4, 2, 0.5)
    ]


def test_a_poor_household_without_a_living_member_is_counted_and_listed(night, ask):
    night.lists("H1", head_name="UJANG")
    night.registers("P1", "H1", life_status="MENINGGAL", life_status_date=date(2019, 3, 1))
    night.registers("P2", "H1", life_status="PINDAH", life_status_date=date(2019, 2, 1))
    night.lists("H2")
    night.lists("H3")
    night.registers("P3", "H3")
    night.enrols("PKH", "1", "H1", person="P1", role="manager")
    assert ask("select household_id, has_living_member, is_poor from household_status order by 1") == [
        ("H1", False, True),
        ("H2", False, True),
        ("H3", True, True),
    ]
    asked = "select household_id, persons_known, died, moved, last_left_on, programmes, head_name, reason, reason_parts"
    assert ask(f"{asked} from empty_households order by 1") == [
        ("H1", 2, 1, 1, date(2019, 3, 1), "PKH", "UJANG", "Semua anggota tercatat meninggal atau pindah",
         "died;moved;still_listed"),
        ("H2", 0, 0, 0, None, None, None, "Tidak ada anggota yang diketahui", "nobody_known"),
    ]  # fmt: skip
