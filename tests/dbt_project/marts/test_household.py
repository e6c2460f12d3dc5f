"""Households, families and people: the frame, surviving values, residence over time."""

from __future__ import annotations

from datetime import date

import pytest

pytestmark = pytest.mark.slow

JANUARY, MARCH, JUNE = date(2019, 1, 1), date(2019, 3, 1), date(2019, 6, 1)


def test_the_frame_has_listed_households_and_those_of_programmes(night, ask):
    night.lists("listed")
    night.enrols("PKH", "1", "named")
    night.registers("P1", "only registered")
    assert ask("select household_id, in_dtks, is_poor, decile from dim_household order by 1") == [
        ("listed", True, True, 1),
        ("named", False, False, None),
    ]


@pytest.mark.parametrize(("decile", "poor"), [(1, True), (4, True), (5, False), (None, False)])
def test_poor_is_a_decile_up_to_the_limit(night, ask, decile, poor):
    night.lists("H1", decile)
    assert ask("select is_poor from dim_household") == [(poor,)]


def test_the_social_registry_takes_precedence_for_a_household(night, ask):
    night.lists("H1", head_name="UJANG", village_code="3602012001", regency_code="3602", valid_from=JANUARY)
    night.registers("P1", "H1", head_name="ASEP", address="KP. SAWAH", village_code="3601012001", valid_from=JUNE)
    night.registers("P2", "H1", address="KP. PASIR", village_code="3602012001", valid_from=JANUARY)
    assert ask("select head_name, address, village_code, district_code, regency_code, records from dim_household") == [
        ("UJANG", "KP. PASIR", "3602012001", "360201", "3602", 3)
    ], "an address in another village is no address of this one"


def moves(night, person: str, on: date, household: str = "H1") -> None:
    """The register has a resident in another village since a day."""
    there = {"village_code": "3601012001", "regency_code": "3601"}
    night.registers(person, household, address="KP. SAWAH", valid_from=on, **there)
    for village, since, until in (("3602012001", JANUARY, on), ("3601012001", on, None)):
        night.stages(
            "stg_dukcapil__penduduk", record_key=person, village_code=village, valid_from=since, valid_to=until
        )


@pytest.mark.parametrize(
    ("moved_on", "village", "address"),
    [(JUNE, "3601012001", "KP. SAWAH"), (date(2019, 2, 1), "3602012001", "KP. LAMA")],
)
def test_a_household_and_its_people_live_at_the_newest_stated_place(night, ask, moved_on, village, address):
    night.lists("H1", address="KP. LAMA", village_code="3602012001", regency_code="3602")
    night.stages("stg_dinsos__dtks_rumah_tangga", record_key="dtks H1", village_code="3602012001", surveyed_on=MARCH)
    night.says(
        "dinsos_dtks_anggota", "1", household="H1", person="P2", household_ref="dtks H1", in_frame=True,
        village_code="3602012001", regency_code="3602",
    )  # fmt: skip
    moves(night, "P1", moved_on)
    assert ask("select village_code, regency_code, address from dim_household") == [(village, village[:4], address)]
    assert ask("select village_code from dim_person where not in_register") == [(village,)]


def test_a_card_of_others_is_reported_with_both_households(night, ask):
    night.registers("P0", "H1", family="F1", no_kk="9")
    night.lists("H1", no_kk="7", family="F1", link_rule="card_of_others")
    night.lists("H2", no_kk="8", family="F8")
    night.registers("P1", "other", family="F7", no_kk="7")
    columns = "source, record_key, row_number, household_id, other_household_id, other_family_id, check_name"
    assert ask(f"select {columns} from card_of_others") == [
        ("dinsos_dtks_rumah_tangga", "dtks H1", 2, "H1", "other", "F7", "card_of_others")
    ]


def test_a_household_without_a_place_belongs_to_the_province(night, ask):
    night.lists("H1", regency_code=None)
    assert ask("select village_code, district_code, regency_code from dim_household") == [(None, None, "36")]


def test_a_household_has_several_cards_and_a_card_one_household(night, ask):
    night.lists("H1", family="F1", no_kk="1")
    night.registers("P1", "H1", family="F1", no_kk="1")
    night.registers("P2", "H1", family="F2", no_kk="2")
    assert ask("select families, persons from dim_household") == [(2, 2)]
    assert ask("select family_id, no_kk, household_id, persons from dim_family order by 1") == [
        ("F1", "1", "H1", 1),
        ("F2", "2", "H1", 1),
    ]
    assert ask("select household_id, family_id, in_register from bridge_household_family order by 2") == [
        ("H1", "F1", True),
        ("H1", "F2", True),
    ]


def test_a_record_carried_forward_flags_its_household(night, ask):
    night.lists("H1", carried_forward_since=MARCH)
    assert ask("select carried_forward_since from dim_household") == [(MARCH,)]


def test_a_record_names_its_household_and_family(night, ask):
    night.lists("H1", family="F1", link_rule="household_ref")
    assert ask("select source, record_key, role, household_id, family_id, link_rule from household_records") == [
        ("dinsos_dtks_rumah_tangga", "dtks H1", None, "H1", "F1", "household_ref")
    ]


class TestSpells:
    """A resident's periods on family cards."""

    LIVED = "select household_id, valid_from, valid_to from bridge_household_person order by 2"

    @pytest.fixture
    def card(self, night):
        """card(no_kk, valid_from, valid_to, life_status): a version of P1's entry in the register."""
        for household, no_kk in (("H1", "1"), ("H2", "2")):
            night.lists(household, family=f"F{no_kk}", no_kk=no_kk)
        night.registers("P1", "H2", family="F2", no_kk="2")

        def card(no_kk: str | None, valid_from: date, valid_to: date | None, life_status: str = "AKTIF") -> None:
            lived = {"no_kk": no_kk, "life_status": life_status, "valid_from": valid_from, "valid_to": valid_to}
            night.stages("stg_dukcapil__penduduk", record_key="P1", **lived)

        return card

    def test_a_move_to_another_card_ends_one_spell_and_begins_another(self, card, ask):
        card("1", JANUARY, MARCH)
        card("2", MARCH, None)
        assert ask(self.LIVED) == [("H1", JANUARY, MARCH), ("H2", MARCH, None)]

    def test_a_correction_that_keeps_the_card_keeps_the_spell(self, card, ask):
        card("1", JANUARY, MARCH)
        card("1", MARCH, None)
        assert ask(self.LIVED) == [("H1", JANUARY, None)]

    def test_a_return_starts_a_new_spell(self, card, ask):
        card("1", JANUARY, MARCH)
        card("2", MARCH, JUNE)
        card("1", JUNE, None)
        assert ask(self.LIVED) == [("H1", JANUARY, MARCH), ("H2", MARCH, JUNE), ("H1", JUNE, None)]

    @pytest.mark.parametrize("life_status", ["MENINGGAL", "PINDAH"])
    def test_death_and_moving_away_end_the_spell(self, card, ask, life_status):
        card("1", JANUARY, MARCH)
        card("1", MARCH, None, life_status)
        assert ask(self.LIVED) == [("H1", JANUARY, MARCH)]

    def test_a_death_that_was_a_mistake_leaves_a_gap(self, card, ask):
        card("1", JANUARY, MARCH)
        card("1", MARCH, JUNE, "MENINGGAL")
        card("1", JUNE, None)
        assert ask(self.LIVED) == [("H1", JANUARY, MARCH), ("H1", JUNE, None)]


class TestTheGone:
    """People who died or moved away are not members, even if lists still name them."""

    LIVED = "select person_id, valid_from, valid_to from bridge_household_person order by 1"

    @pytest.fixture
    def listed(self, night):
        """listed(person, valid_from): DTKS lists a member of H1."""
        night.lists("H1")

        def listed(person: str, valid_from: date) -> None:
            night.stages("stg_dinsos__dtks_anggota", record_key=person, valid_from=valid_from)
            night.says(
                "dinsos_dtks_anggota", person, household="H1", person=person, household_ref="dtks H1", in_frame=True
            )

        return listed

    @pytest.mark.parametrize("life_status", ["MENINGGAL", "PINDAH"])
    def test_a_listing_ends_on_the_day_of_death_or_move(self, night, listed, ask, life_status):
        night.registers("P1", "H1", life_status=life_status, life_status_date=MARCH, valid_from=JUNE)
        night.registers("P2", "H1", life_status=life_status, valid_from=JUNE)
        night.registers("P3", "H1")
        for person in ("P1", "P2", "P3"):
            listed(person, JANUARY)
        assert ask(self.LIVED) == [("P1", JANUARY, MARCH), ("P2", JANUARY, JUNE), ("P3", JANUARY, None)]

    def test_a_person_gone_before_the_list_never_lived_there(self, night, listed, ask):
        night.registers("P1", "H1", life_status="MENINGGAL", life_status_date=JANUARY)
        listed("P1", MARCH)
        assert ask(self.LIVED) == []


def test_every_region_has_an_existing_parent(ask):
    assert ask("select region_level, count(*) from dim_region group by 1 order by 2") == [
        ("province", 1),
        ("regency", 8),
        ("district", 155),
        ("village", 1552),
    ]
    assert ask(
        "select region_code from dim_region anti join dim_region p on p.region_code = dim_region.parent_code"
    ) == [("36",)]


def test_valid_from_of_a_household_is_the_newest_of_its_records_and_people(night, ask):
    night.lists("H1", valid_from=date(2018, 1, 1), known_from="load-1")
    night.says(
        "dinsos_jamsosratu", "J1", household="H1", in_frame=True, valid_from=date(2019, 9, 1), known_from="load-9"
    )
    assert ask("select valid_from, known_from from dim_household") == [(date(2018, 1, 1), "load-1")]


def test_a_new_member_changes_valid_from_of_a_household(night, ask):
    night.lists("H1", valid_from=date(2018, 1, 1), known_from="load-1")
    night.registers("P1", "H1", valid_from=date(2019, 6, 1), known_from="load-6")
    assert ask("select persons, valid_from, known_from from dim_household") == [(1, date(2019, 6, 1), "load-6")]
