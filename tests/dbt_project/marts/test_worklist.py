"""Work lists: the people on them, reasons, urgency, and the date since which each finding holds."""

from __future__ import annotations

import json
from datetime import date

import pytest

from tests.dbt_project.marts.conftest import nodes_of

pytestmark = pytest.mark.slow

ADULT_WITHOUT_JKN = "DINKES_WITHOUT_JKN-79E9788ACFC00E76"
SOURCES = {"dinsos_pkh": "Dinas Sosial", "dinsos_dtks_rumah_tangga": "Dinas Sosial", "dinkes_jkn": "Dinas Kesehatan"}


@pytest.fixture
def poor(night):
    """A household of decile 2, surveyed in March, with one adult; `poor(person, born)` adds people to a household."""
    surveyed(night, "H1", decile=2, surveyed_on=date(2019, 3, 1))

    def person(name: str, born: date, household: str = "H1", **given) -> None:
        night.registers(name, household, birth_date=born, birth_year=born.year, **given)

    person("adult", date(1985, 1, 1))
    return person


@pytest.fixture
def agencies(night):
    """The agency of each list."""
    night.tables["inputs/sources"] = [{"source": source, "agency": agency} for source, agency in SOURCES.items()]


def surveyed(night, household: str, decile: int | None, **given) -> None:
    """The social registry lists a household, in staging too."""
    key = f"dtks {household}"
    night.lists(household, decile=decile, head_name=f"head of {household}")
    night.stages("stg_dinsos__dtks_rumah_tangga", record_key=key, dtks_id=key, decile=decile, **given)


def at_school(night, person: str, household: str = "H1", **given) -> None:
    usual = {"status": "AKTIF", "receives_pip": False, "school_level": "SD", "school_name": f"SD of {person}"}
    night.stages("stg_dindik__siswa", record_key=person, student_no=person, **usual | given)
    night.says("dindik_siswa", person, household=household, person=person)


def insured(night, person: str, household: str = "H1", status: str = "AKTIF", subsidised: bool = True, **given) -> None:
    """A card of the health insurance; a subsidised one belongs to PBI-JKN."""
    card = f"card {person}"
    segment = "PBI APBD" if subsidised else "PPU"
    member = {"record_key": card, "card_no": card, "segment": segment, "is_subsidised": subsidised, "status": status}
    night.stages("stg_dinkes__jkn", **member | given)
    night.says("dinkes_jkn", card, household=household, person=person, in_frame=subsidised)
    if subsidised:
        word = {"AKTIF": "active", "NONAKTIF": "inactive"}[status]
        night.tells("PBI_JKN", card, word, source="dinkes_jkn", status_original=status, components=segment, **given)


def listed(ask, name: str, columns: str = "person_id, reason") -> list[tuple]:
    return ask(f"select {columns} from worklist_{name} order by all")


def test_a_row_has_contact_data_and_waiting_since(night, poor, ask):
    night.lists("H9", decile=9)
    beside = "row_id, person_birth_year, state, outcome, outcome_on, officer"
    [row] = ask(f"select * exclude ({beside}) from worklist_dinkes_without_jkn")
    assert row[:10] == ("H1", "adult", "adult", "PBI_JKN", "not_listed", "tanpa kartu JKN aktif; belum terdaftar",
                        "34 tahun", 3, 2, date(2019, 3, 1))  # fmt: skip
    assert row[10] == "head of H1"
    assert row[-2:] == ("3601", "KABUPATEN PANDEGLANG")


@pytest.mark.parametrize(
    ("decile", "born", "as_of", "priority"),
    [
        (4, date(1985, 1, 1), date(2019, 11, 1), 4),
        (2, date(1985, 1, 1), date(2019, 11, 1), 3),
        (2, date(1950, 1, 1), date(2019, 11, 1), 2),
        (2, date(1950, 1, 1), date(2020, 2, 29), 2),
        (2, date(1950, 1, 1), date(2020, 3, 1), 1),
    ],
    ids=["nothing", "poorest", "and old", "a day less than a year", "and waits for a year"],
)
def test_decile_need_and_time_make_a_row_urgent(night, ask, decile, born, as_of, priority):
    surveyed(night, "H1", decile=decile, surveyed_on=date(2019, 3, 1))
    night.registers("one", "H1", birth_date=born, birth_year=born.year)
    night.as_of = as_of
    assert listed(ask, "dinkes_without_jkn", "priority") == [(priority,)]


def test_a_row_keeps_its_id_while_the_finding_lasts(night, poor, ask, tmp_path, parsed, nothing):
    """Regardless of changes in the decile, the day or the evidence. Another reason is another finding."""
    before = listed(ask, "dinkes_without_jkn", "row_id, priority")
    later = type(night)(tmp_path / "later", parsed, nothing, as_of=date(2021, 1, 1))
    later.folder.mkdir()
    surveyed(later, "H1", decile=1, surveyed_on=date(2019, 3, 1))
    later.registers("adult", "H1", birth_date=date(1984, 1, 1), birth_year=1984)
    with later.open() as connection:
        later.make(connection, "worklist_dinkes_without_jkn")
        after = connection.execute("select row_id, priority from worklist_dinkes_without_jkn").fetchall()
    assert after[0][0] == before[0][0]
    assert after != before
    assert before[0][0] == ADULT_WITHOUT_JKN


def test_poor_since_the_first_survey_that_ranked_it_so(night, ask):
    """Not since the last survey, and not since one that ranked the household above the poor deciles."""
    night.lists("H1", decile=2)
    versions = [(date(2016, 1, 1), 1), (date(2017, 1, 1), 7), (date(2018, 1, 1), 3), (date(2019, 1, 1), 2)]
    ends = [*(day for day, _ in versions[1:]), None]
    for (day, decile), end in zip(versions, ends, strict=True):
        night.stages("stg_dinsos__dtks_rumah_tangga", record_key="dtks H1", dtks_id="dtks H1", decile=decile,
                     surveyed_on=day, valid_from=day, valid_to=end)  # fmt: skip
    assert ask("select poor_since from staging.int.int_poor_since") == [(date(2018, 1, 1),)]


def test_the_unserved_wait_since_their_last_award_or_their_birth(night, poor, ask):
    """Or since the household is known to be poor, whichever is latest; an award ends when its receiver dies."""
    poor("baby", date(2019, 9, 1))
    poor("dropped", date(1990, 1, 1))
    poor("dead", date(1950, 1, 1), life_status="MENINGGAL", life_status_date=date(2019, 6, 1))
    card, ended = {"source": "dinkes_jkn"}, date(2019, 7, 1)
    night.tells("PBI_JKN", "C", "active", is_current=False, valid_to=ended, **card)
    night.tells("PBI_JKN", "C", "inactive", valid_from=ended, **card)
    night.says("dinkes_jkn", "C", household="H1", person="dropped", in_frame=True)
    night.enrols("PKH", "K1", "H1", person="dead")
    assert ask("select programme, unit_id, waiting_since from staging.int.int_unit_waiting order by all") == [
        ("JAMSOSRATU", "family of H1", date(2019, 3, 1)),
        ("PBI_JKN", "adult", date(2019, 3, 1)),
        ("PBI_JKN", "baby", date(2019, 9, 1)),
        ("PBI_JKN", "dropped", date(2019, 7, 1)),
        ("PKH", "family of H1", date(2019, 6, 1)),
    ]


OUTCOME = {"outcome": "SELESAI", "outcome_on": date(2019, 10, 1), "officer": "PETUGAS 07"}


def came_back(night, row_id: str, **given) -> None:
    """An officer's answer to a row of a list."""
    night.stages("stg_sadaya__tindak_lanjut", record_key=row_id, row_id=row_id, **OUTCOME | given)


@pytest.mark.parametrize(
    ("given", "state"),
    [
        (None, "open"),
        ({}, "closed"),
        ({"outcome_on": date(2019, 8, 1)}, "closed"),
        ({"outcome_on": date(2019, 7, 31)}, "again"),
        ({"outcome": "PROSES"}, "in_progress"),
        ({"outcome": "TIDAK DITEMUKAN"}, "in_progress"),
        ({"outcome": "BUKAN TEMUAN", "outcome_on": date(2017, 1, 1)}, "closed"),
    ],
    ids=[
        "nothing",
        "done",
        "done as long ago as may be",
        "done, and still there",
        "under way",
        "nobody there",
        "wrong",
    ],
)
def test_an_outcome_closes_a_row_for_a_limited_time(night, poor, ask, given, state):
    surveyed(night, "H2", decile=1)
    poor("other", date(1985, 1, 1), "H2")
    if given is not None:
        came_back(night, ADULT_WITHOUT_JKN, **given)
    rows = listed(ask, "dinkes_without_jkn", "person_id, state, outcome, outcome_on, officer")
    said = (OUTCOME | given).values() if given is not None else (None, None, None)
    assert rows == [("adult", state, *said), ("other", "open", None, None, None)]


def test_outcomes_have_a_state(night, poor, ask):
    came_back(night, ADULT_WITHOUT_JKN, outcome="PROSES")
    came_back(night, "DINDIK_NOT_IN_SCHOOL-0000000000000001")
    assert ask("select list, is_listed, state, outcome from worklist_outcomes order by all") == [
        ("dindik_not_in_school", False, "resolved", "SELESAI"),
        ("dinkes_without_jkn", True, "in_progress", "PROSES"),
    ]


def test_every_list_of_rows_is_asked_for_its_outcomes(parsed):
    nodes = nodes_of(parsed, "marts/worklist/")
    lists = {node["unique_id"] for node in nodes if "row_id" in node["columns"]}
    (outcomes,) = [node for node in nodes if node["name"] == "worklist_outcomes"]
    assert lists - {outcomes["unique_id"]} <= set(outcomes["depends_on"]["nodes"])


# Dinas Pendidikan


def test_children_not_in_dapodik_are_listed_with_what_is_known_of_them(night, poor, ask):
    for name in ("pupil", "dropped out", "finished SD", "by survey", "unknown", "finished SMA"):
        poor(name, date(2002, 1, 1) if name == "finished SMA" else date(2007, 1, 1))
    poor("too small", date(2015, 1, 1))
    surveyed(night, "H2", decile=8)
    poor("not poor", date(2007, 1, 1), "H2")
    at_school(night, "pupil")
    at_school(night, "dropped out", status="PUTUS", valid_from=date(2019, 5, 1))
    at_school(night, "finished SD", status="LULUS")
    at_school(night, "finished SMA", status="LULUS", school_level="SMA")
    night.stages("stg_dinsos__dtks_anggota", record_key="D|1", dtks_id="D", member_number=1, schooling="MASIH SEKOLAH")
    night.says("dinsos_dtks_anggota", "D|1", household="H1", person="by survey", in_frame=True)
    assert listed(ask, "dindik_not_in_school", "person_id, reason, priority, waiting_since") == [
        ("by survey", "at_school_by_survey", 3, date(2019, 3, 1)),
        ("dropped out", "dropped_out", 2, date(2019, 5, 1)),
        ("finished SD", "finished_lower_school", 2, date(2019, 3, 1)),
        ("unknown", "not_found", 2, date(2019, 3, 1)),
    ]
    [(evidence,)] = ask("select evidence from worklist_dindik_not_in_school where person_id = 'dropped out'")
    assert evidence.startswith("12 tahun; sekolah terakhir SD of dropped out; Dapodik memuat 14 %")


def test_a_pupil_without_pip_is_more_pressing_beside_a_child_out_of_school(night, poor, ask):
    surveyed(night, "H2", decile=4)
    for name, household in (("alone", "H2"), ("beside", "H1")):
        poor(name, date(2007, 1, 1), household)
        at_school(night, name, household)
    poor("out of school", date(2008, 1, 1))
    assert listed(ask, "dindik_pupils_without_pip", "person_id, reason, priority") == [
        ("alone", "not_listed", 4),
        ("beside", "not_listed", 2),
    ]


# Dinas Kesehatan


def test_pbi_of_people_who_died_or_moved_away(night, poor, ask):
    poor("dead", date(1950, 1, 1), life_status="MENINGGAL", life_status_date=date(2018, 5, 1))
    poor("moved", date(1950, 1, 1), life_status="PINDAH", valid_from=date(2019, 6, 1))
    poor("dead without a card", date(1950, 1, 1), life_status="MENINGGAL")
    poor("dead, not subsidised", date(1950, 1, 1), life_status="MENINGGAL")
    insured(night, "dead, not subsidised", subsidised=False)
    for name in ("adult", "dead", "moved"):
        insured(night, name)
    assert listed(ask, "dinkes_pbi_of_gone", "person_id, reason, waiting_since, evidence") == [
        ("dead", "died", date(2018, 5, 1), "sejak 01-05-2018; PBI APBD"),
        ("moved", "moved_away", date(2019, 6, 1), "diketahui 01-06-2019; PBI APBD"),
    ]


@pytest.mark.parametrize(
    ("ended", "since", "reason"),
    [
        (date(2019, 10, 15), "NONAKTIF", "inactive"),
        (date(2019, 10, 15), None, "left_the_list"),
        (date(2019, 10, 1), "NONAKTIF", None),
    ],
    ids=["set inactive", "left out", "longer ago"],
)
def test_pbi_that_ended_this_month_is_listed_for_reactivation(night, poor, ask, ended, since, reason):
    for name in ("has another", "dead"):
        poor(name, date(1970, 1, 1), life_status="MENINGGAL" if name == "dead" else "AKTIF")
    insured(night, "has another", subsidised=False)
    for name in ("adult", "has another", "dead"):
        card = f"pbi {name}"
        night.says("dinkes_jkn", card, household="H1", person=name, in_frame=True)
        if not since:
            night.said("dinkes_jkn", card, household="H1", person=name, until=ended)
        card_of = {"source": "dinkes_jkn", "components": "PBI APBN"}
        night.tells("PBI_JKN", card, "active", valid_to=ended, is_current=False, status_original="AKTIF", **card_of)
        if since:
            night.tells("PBI_JKN", card, "inactive", valid_from=ended, status_original=since, **card_of)
    rows = listed(ask, "dinkes_pbi_deactivated", "person_id, reason, waiting_since, evidence")
    text = "sejak 15-10-2019; PBI APBN; rumah tangga miskin, dapat diusulkan aktif kembali"
    assert rows == ([("adult", reason, ended, text)] if reason else [])


def measured(night, child: str, day: date, status: str, household: str = "H1") -> None:
    key = f"{child} {day}"
    night.stages("stg_dinkes__gizi", record_key=key, measurement_no=key, measured_on=day, height_status=status,
                 birth_date=date(2017, 1, 1), weight_kg=10, height_cm=80, posyandu="MAWAR")  # fmt: skip
    night.says("dinkes_gizi", key, household=household, person=child, role="child")


def test_stunted_children_wait_since_the_last_normal_measurement(night, poor, ask):
    surveyed(night, "H2", decile=1)
    poor("child", date(2017, 1, 1))
    poor("grown", date(2017, 1, 1))
    poor("served", date(2017, 1, 1), "H2")
    night.enrols("PKH", "K2", "H2", person="served")
    for month, status in ((1, "PENDEK"), (3, "NORMAL"), (5, "PENDEK"), (8, "SANGAT PENDEK")):
        measured(night, "child", date(2019, month, 1), status)
    for month, status in ((1, "PENDEK"), (3, "NORMAL")):
        measured(night, "grown", date(2019, month, 1), status)
    measured(night, "served", date(2019, 3, 1), "PENDEK", "H2")
    assert listed(ask, "dinkes_stunted_without_aid", "person_id, waiting_since, priority, evidence") == [
        ("child", date(2019, 5, 1), 2, "2 tahun; tinggi badan menurut umur: sangat pendek; diukur 01-08-2019; MAWAR")
    ]


# Dinas Koperasi, DPRKP, Disnaker


def test_owners_of_working_age_without_aid(night, poor, ask):
    poor("old", date(1950, 1, 1))
    poor("aided", date(1985, 1, 1))
    for name in ("adult", "old", "aided"):
        enterprise = {"sector": "KULINER", "yearly_turnover": 1_250_000, "aid": "BPUM" if name == "aided" else None}
        night.stages("stg_diskop__umkm", record_key=name, enterprise_no=name, **enterprise)
        night.says("diskop_umkm", name, household="H1", person=name, role="owner", in_frame=True)
    night.tells("UMKM", "aided", "active", source="diskop_umkm", award_year=2019)
    assert listed(ask, "diskop_enterprises_without_aid", "person_id, evidence") == [
        ("adult", "34 tahun; sektor KULINER; omzet setahun Rp 1.250.000")
    ]


def test_unfit_houses_without_aid(night, poor, ask):
    surveyed(night, "H2", decile=1)
    surveyed(night, "H3", decile=3)
    fit = {"roof_is_fit": False, "floor_is_fit": False, "walls_are_fit": False}
    for household, aid, parts in (
        ("H1", "BELUM", fit),
        ("H2", "PROSES", fit),
        ("H3", "BELUM", fit | {"floor_is_fit": True}),
    ):
        night.stages("stg_dprkp__rtlh", record_key=household, house_no=household, aid_status=aid, **parts)
        night.says("dprkp_rtlh", household, household=household, person=f"owner {household}", in_frame=True)
    night.tells("RTLH", "H2", "active", source="dprkp_rtlh")
    assert listed(ask, "dprkp_unfit_houses", "household_id, person_id, priority, evidence") == [
        ("H1", None, 2, "tidak layak: atap, lantai, dinding"),
        ("H3", None, 4, "tidak layak: atap, dinding"),
    ]


def test_job_seekers_of_poor_households_once_each(night, poor, ask):
    surveyed(night, "H2", decile=9)
    poor("rich", date(1990, 1, 1), "H2")
    poor("in training", date(1990, 1, 1))
    for person, number, status, day in (
        ("adult", "1", "MENCARI KERJA", date(2019, 2, 1)),
        ("adult", "2", "MENCARI KERJA", date(2018, 2, 1)),
        ("in training", "3", "PELATIHAN", date(2019, 2, 1)),
        ("rich", "4", "MENCARI KERJA", date(2019, 2, 1)),
    ):
        night.stages("stg_disnaker__pencaker", record_key=number, seeker_no=number, status=status, registered_on=day)
        night.says("disnaker_pencaker", number, household="H2" if person == "rich" else "H1", person=person)
    assert listed(ask, "disnaker_job_seekers", "person_id, waiting_since") == [("adult", date(2018, 2, 1))]


# Disdukcapil


def entry(night, person: str, **given) -> None:
    usual = {"nik": person, "name": person, "life_status": "AKTIF", "no_kk": "C1", "village_code": "3601012001"}
    night.stages("stg_dukcapil__penduduk", record_key=person, **usual | {"delivery_id": "first"} | given)
    night.registers(person, "H1")


def test_a_child_is_younger_than_its_parents(night, ask):
    entry(night, "head", relation="KEPALA KELUARGA", birth_date=date(1980, 1, 1), birth_year=1980, address="KP. A")
    entry(night, "grandmother", relation="ORANG TUA", birth_date=date(1990, 1, 1), birth_year=1990)
    entry(night, "child", relation="ANAK", birth_date=date(2000, 1, 1), birth_year=2000)
    entry(night, "older child", relation="ANAK", birth_date=date(1979, 1, 1), birth_year=1979)
    entry(night, "child by year", relation="ANAK", birth_year=1980)
    entry(night, "child elsewhere", relation="ANAK", birth_year=1970, no_kk="C2")
    entry(night, "cousin", relation="FAMILI LAIN", birth_year=1970)
    rows = listed(ask, "dukcapil_conflicts", "person_id, reason, evidence, head_name, district_code")
    assert rows == [
        ("child by year", "child_before_parent", "anak lahir 1980; orang tua lahir 01-01-1980", "head", "360101"),
        ("head", "child_before_parent", "anak lahir 01-01-1980; orang tua lahir 01-01-1990", "head", "360101"),
        ("older child", "child_before_parent", "anak lahir 01-01-1979; orang tua lahir 01-01-1980", "head", "360101"),
    ]


def held(night, nik: str, delivery: str, **names: str) -> None:
    """A delivery of the register had rows of these names under one NIK. `names` by row number: r2='ADI'."""
    night.quarantine.setdefault(("dukcapil_penduduk", delivery), []).extend(
        {"delivery_id": delivery, "source": "dukcapil_penduduk", "file_name": "f.csv", "row_number": int(row[1:]),
         "column_name": "NIK", "check_name": "key_conflict", "record_key": nik,
         "raw_row": json.dumps({"NIK": nik, "NAMA_LENGKAP": name, "KODE_DESA": "36.02.01.2001"})}
        for row, name in names.items()
    )  # fmt: skip


def test_one_nik_of_two_entries_until_a_later_delivery_settles_it(night, ask):
    for order, name in enumerate(("first", "second", "third"), 1):
        night.tables["inputs/deliveries"].append(
            {"delivery_id": name, "source": "dukcapil_penduduk", "delivery_order": order}
            | {"delivery_date": date(2019, 8 + order, 1)}
        )
    held(night, "1", "second", r2="ADI", r3="SITI")
    held(night, "2", "second", r4="ADI", r5="ADI")
    held(night, "3", "second", r6="ADI", r7="SITI")
    entry(night, "1", delivery_id="first")
    entry(night, "3", delivery_id="third")
    rows = listed(ask, "dukcapil_conflicts", "reason, evidence, person_id, regency_code, waiting_since")
    assert rows == [
        ("one_nik_two_entries", "NIK 2; 2 baris dalam satu kiriman; nama: ADI", None, "3602", date(2019, 10, 1)),
        ("one_nik_two_names", "NIK 1; 2 baris dalam satu kiriman; nama: ADI, SITI", "1", "3601", date(2019, 10, 1)),
    ]


def test_pairs_of_the_register_and_dead_receivers(night, ask):
    for name in ("one", "other", "dismissed"):
        entry(night, name)
    for other, state in (("other", "open"), ("dismissed", "dismissed")):
        night.tables["identity/identity_links"].append(
            {"pair_id": f"pair {other}", "source_a": "dukcapil_penduduk", "record_key_a": "one", "state": state}
            | {"source_b": "dukcapil_penduduk", "record_key_b": other, "match_probability": 0.987}
        )
    night.registers("dead", "H1", life_status="MENINGGAL", life_status_date=date(2018, 1, 1))
    night.enrols("PKH", "K1", "H1", person="dead")
    assert listed(ask, "dukcapil_conflicts", "reason, programme, person_id, evidence") == [
        ("dead_receives", "PKH", "dead", "NIK dead; meninggal 01-01-2018"),
        ("two_niks_one_person", None, "one", "NIK one dan other; belum dipastikan petugas; peluang 98.7 %"),
    ]


# Dinas Sosial


def test_the_poorest_that_no_programme_serves(night, poor, ask):
    for household, decile in (("H2", 1), ("H3", 3), ("H4", 1), ("H5", 2)):
        surveyed(night, household, decile=decile)
        poor(f"one of {household}", date(1950, 1, 1), household)
    surveyed(night, "empty", decile=1)
    night.enrols("PKH", "K4", "H4", person="one of H4")
    night.enrols("PKH", "K5", "H5", "graduated", person="one of H5")
    assert listed(ask, "dinsos_poorest_unserved", "household_id, reason, priority") == [
        ("H1", "never_listed", 4),
        ("H2", "never_listed", 2),
        ("H5", "no_longer_served", 3),
    ]


def test_unlisted_households_that_other_agencies_show_as_poor(night, poor, ask):
    for household in ("served", "on PKH", "unfit", "both", "seeks work"):
        poor(f"one of {household}", date(1980, 1, 1), household)
    night.enrols("PKH", "K", "on PKH", "graduated", person="one of on PKH")
    for household in ("served", "on PKH", "both"):
        insured(night, f"one of {household}", household)
    for household in ("unfit", "both"):
        night.stages("stg_dprkp__rtlh", record_key=household, house_no=household, aid_status="BELUM",
                     roof_is_fit=False, floor_is_fit=True, walls_are_fit=True)  # fmt: skip
        night.says("dprkp_rtlh", household, household=household, person=f"one of {household}", in_frame=True)
    insured(night, "adult")
    pbi, house = "Penerima Bantuan Iuran JKN", "rumah tidak layak huni"
    assert listed(ask, "dinsos_unlisted_poor", "household_id, evidence, priority") == [
        ("both", f"{pbi}; {house}", 3),
        ("served", pbi, 4),
        ("unfit", house, 4),
    ]


def test_receivers_outside_the_poor_deciles(night, poor, ask):
    for household, decile in (("D9", 9), ("D5", 5), ("unranked", None)):
        surveyed(night, household, decile=decile)
    for household in ("H1", "D9", "D5", "unranked", "nowhere"):
        night.enrols("PKH", f"K {household}", household, person=f"one of {household}")
    night.enrols("UMKM", "U", "D9", person="one of D9", source="diskop_umkm", award_year=2019)
    insured(night, "unlisted", "only PBI")
    assert listed(ask, "dinsos_served_not_poor", "household_id, programme, reason, priority") == [
        ("D5", "PKH", "decile_above", 3),
        ("D9", "PKH", "decile_above", 2),
        ("nowhere", "PKH", "not_in_dtks", 3),
        ("unranked", "PKH", "not_ranked", 3),
    ]


def test_surplus_rows_on_own_lists_only(night, agencies, ask):
    for key in ("1", "2"):
        night.enrols("PKH", key, "H1", person="P1", role="manager", family="F1")
        insured(night, "P1", record_key=f"card {key}", card_no=f"card {key}")
    rows = listed(ask, "dinsos_listed_twice", "reason, programme, person_id, evidence")
    assert rows == [("family_twice", "PKH", "P1", "dinsos_pkh 1; dinsos_pkh 2")]


def test_programmes_that_a_rule_excludes_together(night, poor, ask):
    night.enrols("PKH", "K1", "H1", person="adult")
    night.enrols("JAMSOSRATU", "J1", "H1", person="adult", valid_from=date(2019, 6, 1))
    insured(night, "adult")
    assert listed(ask, "dinsos_exclusive_programmes", "household_id, programme, reason, waiting_since") == [
        ("H1", "JAMSOSRATU+PKH", "to_be_confirmed", date(2019, 6, 1))
    ]


def pay(night, number: str, **given) -> None:
    usual = {"programme": "JAMSOSRATU", "participant_no": "J1", "period": "2019-T1", "amount": 500_000,
             "paid_on": date(2019, 5, 15), "status": "BERHASIL"}  # fmt: skip
    night.stages("stg_dinsos__penyaluran", record_key=number, transaction_no=number, **usual | given)


def test_payments_after_the_end_are_listed_by_transaction(night, poor, ask):
    poor("dead", date(1950, 1, 1), life_status="MENINGGAL", life_status_date=date(2019, 4, 1))
    night.enrols("JAMSOSRATU", "J1", "H1", person="dead", participant_no="J1")
    night.enrols("JAMSOSRATU", "J2", "H1", "left", person="adult", participant_no="J2", end_date=date(2019, 5, 1))
    pay(night, "T1")
    pay(night, "T2", period="2019-T2")
    pay(night, "T3", status="GAGAL", period="2019-T3")
    pay(night, "T4", paid_on=date(2019, 3, 1))
    pay(night, "T5", participant_no="J2")
    pay(night, "T6", participant_no="nobody")
    rows = listed(ask, "dinsos_paid_after_end", "reason, person_id, priority, evidence, household_id")
    assert rows == [
        ("after_death", "dead", 2, "nomor peserta J1; periode 2019-T1; Rp 500.000; dibayar 15-05-2019", "H1"),
        ("after_death", "dead", 2, "nomor peserta J1; periode 2019-T2; Rp 500.000; dibayar 15-05-2019", "H1"),
        ("after_exit", "adult", 3, "nomor peserta J2; periode 2019-T1; Rp 500.000; dibayar 15-05-2019", "H1"),
    ]


def test_returned_payments_that_were_not_repeated(night, poor, ask):
    night.enrols("JAMSOSRATU", "J1", "H1", person="adult", participant_no="J1")
    for number, period, status in (
        ("T1", "2019-T1", "RETUR"), ("T2", "2019-T1", "GAGAL"),
        ("T3", "2019-T2", "GAGAL"), ("T4", "2019-T2", "BERHASIL"), ("T5", "2019-T3", "GAGAL"),
    ):  # fmt: skip
        pay(night, number, period=period, status=status)
    pay(night, "T6", participant_no="nobody", status="RETUR")
    rows = listed(ask, "dinsos_returned_payments", "reason, evidence, household_id, regency_code, priority")
    assert rows == [
        ("failed", "nomor peserta J1; periode 2019-T3; Rp 500.000; 1 kali dicoba", "H1", "3601", 2),
        ("returned", "nomor peserta J1; periode 2019-T1; Rp 500.000; 2 kali dicoba", "H1", "3601", 2),
        ("returned", "nomor peserta nobody; periode 2019-T1; Rp 500.000; 1 kali dicoba", None, "36", 4),
    ]


def test_a_survey_is_renewed_within_two_years(night, ask):
    for household, day in (("due", date(2017, 11, 1)), ("tomorrow", date(2017, 11, 2)), ("never told", None)):
        surveyed(night, household, decile=5, surveyed_on=day)
    assert listed(ask, "dinsos_not_renewed", "household_id, waiting_since, evidence") == [
        ("due", date(2019, 11, 1), "ID DTKS dtks due; pendataan 01-11-2017")
    ]


# Bappeda


def test_families_of_the_register_on_no_social_list_are_counted(night, ask):
    night.lists("listed")
    night.enrols("PKH", "K", "on PKH", person="one of on PKH")
    for number, household in enumerate(("listed", "on PKH", "nowhere", "only PBI", "gone")):
        person = f"one of {household}"
        status = "MENINGGAL" if household == "gone" else "AKTIF"
        night.registers(person, household, village_code="3601012001", district_code="360101", no_kk=str(number))
        night.stages("stg_dukcapil__penduduk", record_key=person, life_status=status)
    insured(night, "one of only PBI", "only PBI")
    rows = ask(
        "select * exclude (district_name, regency_name) from worklist_bappeda_unlisted_families where families > 0"
    )
    assert rows == [("360101", "3601", 4, 2, 2, 0.5)]
    assert ask("select count(*), count(unlisted_share) from worklist_bappeda_unlisted_families") == [(155, 1)]
