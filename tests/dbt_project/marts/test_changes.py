"""Changes of households and persons between the previous publication and this load."""

from __future__ import annotations

from datetime import date

import pytest

pytestmark = pytest.mark.slow

CHANGES = "select entity, id, change, subject, old_value, new_value from changes order by all"


@pytest.fixture
def home(night):
    """A household of two that DTKS lists, on Jamsosratu; the previous publication has the same."""
    night.lists("H1", head_name="SITI", address="KP. BARU", village_code="3601012001", delivery_id="dtks-1")
    night.enrols("JAMSOSRATU", "J1", "H1", person="P1", participant_no="J1", delivery_id="jsr-1")
    for person in ("P1", "P2"):
        night.registers(person, "H1")
    night.readers_see("H1", {"JAMSOSRATU": "active"}, ("P1", "P2"), village_code="3601012001", district_code="360101")
    return night


def test_a_night_like_the_one_before_changes_nothing(home, ask):
    assert ask(CHANGES) == []


def test_on_the_first_night_nothing_is_listed(home, ask):
    for name, rows in home.tables.items():
        if "yesterday" in name:
            rows.clear()
    assert ask("select count(*) from dim_household") == [(1,)]
    assert ask(CHANGES) == []


def test_changes_of_a_household_are_listed_with_its_place(home, ask):
    home.tables["inputs/yesterday_household"][0] |= {"decile": 4, "persons": 3, "village_code": "3601012002"}
    home.tables["inputs/yesterday_status"][0]["status"] = "inactive"
    changes = {(change, subject): (old, new) for _, _, change, subject, old, new in ask(CHANGES)}
    places = changes.pop(("place", "frame"))
    assert [place.split()[0] for place in places] == ["3601012002", "3601012001"]
    assert all(len(place) > 11 for place in places), "a place has its name"
    assert changes == {
        ("decile", "DTKS"): ("4", "1"),
        ("members", "frame"): ("3", "2"),
        ("status", "JAMSOSRATU"): ("inactive", "active"),
    }
    where = "head_name, address, regency_name, village_code, load_id, since_load_id, as_of_date"
    assert ask(f"select distinct {where} from changes") == [
        ("SITI", "KP. BARU", "KABUPATEN PANDEGLANG", "3601012001", "load", "before", date(2019, 11, 1))
    ]
    assert ask("select source, delivery_id, person_id, programme from changes where change = 'status'") == [
        ("dinsos_jamsosratu", "jsr-1", "P1", "JAMSOSRATU")
    ]
    assert ask("select source, delivery_id from changes where change = 'decile'") == [
        ("dinsos_dtks_rumah_tangga", "dtks-1")
    ]


def test_entering_and_leaving_a_list(home, ask):
    home.tables["inputs/yesterday_status"].clear()
    home.readers_see("H9", {"PKH": "active"}, ("P9",), head_name="ADI", address="KP. LAMA")
    home.tells(
        "PKH", "K9", "active", participant_no="K9", is_current=False, valid_to=date(2019, 11, 1), delivery_id="pkh-9"
    )
    home.said("dinsos_pkh", "K9", household="H9", person="P9", until=date(2019, 11, 1), delivery_id="pkh-9")
    home.lists("H2")
    assert ask(CHANGES) == [
        ("household", "H1", "entered", "JAMSOSRATU", None, "active"),
        ("household", "H2", "entered", "DTKS", None, "1"),
        ("household", "H2", "entered", "frame", None, None),
        ("household", "H9", "left", "DTKS", "1", None),
        ("household", "H9", "left", "PKH", "active", None),
        ("household", "H9", "left", "frame", None, None),
    ]
    left = ask("select distinct head_name, address, regency_name from changes where change = 'left'")
    assert left == [("ADI", "KP. LAMA", "KABUPATEN PANDEGLANG")]
    assert ask("select person_id, reason, source, delivery_id from changes where subject = 'PKH'") == [
        ("P9", "no longer named", "dinsos_pkh", "pkh-9")
    ]


def test_deaths_moves_and_new_people_are_listed(home, ask):
    home.registers("P3", "H1", life_status="MENINGGAL", delivery_id="reg-3")
    home.registers("P4", "H1", life_status="PINDAH")
    home.registers("baby", "H1")
    home.readers_see("H1", people=("P3", "P4"))
    home.tables["inputs/yesterday_household"].pop()
    home.tables["inputs/yesterday_household"][0]["persons"] = 4
    assert ask(CHANGES) == [
        ("household", "H1", "members", "frame", "4", "3"),
        ("person", "P3", "died", "register", "AKTIF", "MENINGGAL"),
        ("person", "P4", "moved_away", "register", "AKTIF", "PINDAH"),
        ("person", "baby", "entered", "frame", None, "H1"),
    ]
    assert ask("select household_id, head_name, source, delivery_id from changes where change = 'died'") == [
        ("H1", "SITI", "dukcapil_penduduk", "reg-3")
    ]


def test_a_move_to_another_household_is_listed_once(home, ask):
    home.lists("H2")
    home.registers("P5", "H2")
    home.readers_see("H2", persons=0)
    home.readers_see("H1", people=("P5",))
    home.tables["inputs/yesterday_household"].pop()
    home.tables["inputs/yesterday_household"][0]["persons"] = 3
    assert ask(CHANGES) == [
        ("household", "H1", "members", "frame", "3", "2"),
        ("household", "H2", "members", "frame", "0", "1"),
        ("person", "P5", "moved", "household", "H1", "H2"),
    ]


def test_a_merged_household_has_not_left(home, ask):
    """Its people are not reported as moved, and a person that was merged is not reported as left."""
    home.readers_see("H2", {"PKH": "active"}, ("P3", "P4"))
    home.registers("P3", "H1")
    home.tables["inputs/yesterday_household"][0]["persons"] = 3
    home.became("household", "H2", "merged", "H1")
    home.became("person", "P4", "merged", "P3")
    assert ask(CHANGES) == [
        ("household", "H2", "merged", "identity", "H2", "H1"),
        ("person", "P4", "merged", "identity", "P4", "P3"),
    ]
    assert ask("select household_id, person_id, head_name from changes order by entity") == [
        ("H1", None, "SITI"), ("H1", "P3", "SITI"),
    ]  # fmt: skip


def test_a_split_household_has_not_entered(home, ask):
    home.lists("H2")
    home.became("household", "H2", "split", "H1")
    assert ask(CHANGES) == [("household", "H2", "split", "identity", "H1", "H2")]


def test_earlier_events_of_ids_are_not_listed_again(home, ask):
    home.lists("H2")
    home.readers_see("H2")
    home.became("household", "H2", "split", "H1")
    home.tables["identity/identity_history"][-1]["load_id"] = "before"
    assert ask(CHANGES) == []


def test_changes_of_earlier_loads_are_kept_for_some_loads(home, ask):
    change = {"entity": "household", "id": "H1", "change": "decile", "subject": "DTKS", "head_name": "SITI"}
    home.earlier_loads = [f"2019{n:02}" for n in reversed(range(40))]  # as-of dates that go back
    for load_id in home.earlier_loads:
        home._add(change | {"load_id": load_id, "since_load_id": "x"}, "inputs/yesterday_change")
    home.tables["inputs/yesterday_household"][0]["decile"] = 2
    assert ask("select count(*), min(load_id), max(load_id) from changes") == [(31, "201900", "load")]
