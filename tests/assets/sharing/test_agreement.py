"""What an agreement file may contain; those in the repository are valid."""

from __future__ import annotations

from datetime import date

import pytest

from assets.sharing import agreement as agreements
from assets.sharing.agreement import PUBLIC, AgreementError
from assets.sources import agencies
from tests.assets.sharing.conftest import PERSONS, table, write_agreement, written

SENDERS_THAT_DO_NOT_READ = {"bps", "sadaya"}


def refused(folder, content) -> str:
    with pytest.raises(AgreementError) as caught:
        agreements.read_one(write_agreement(folder, content))
    return str(caught.value)


def test_an_agreement_is_read_as_written(tmp_path):
    read = agreements.read_one(write_agreement(tmp_path, written()))
    assert [str(mask) for mask in read.tables[0].columns.values()] == ["pseudonym", "pseudonym", "clear", "last_four"]
    assert read.table_named("dim_person") is read.table_named("marts.dim_person")


def test_a_region_level_names_its_level(tmp_path):
    content = written(table("dim_household", {"village_code": {"region_level": "district"}}))
    read = agreements.read_one(write_agreement(tmp_path, content))
    assert str(read.tables[0].columns["village_code"]) == "region_level:district"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"ends": date(2025, 1, 1)}, "before it starts"),
        ({"ends": "2026-12-31"}, "dinuji.yaml: ends"),
        ({"phone": "1"}, "phone: Extra inputs"),
        ({"smallest_cell": 1}, "smallest_cell"),
        ({"media": ["fax"]}, "media.0"),
        ({"purpose": "Uji"}, "purpose"),
        ({"specific": {"health": ""}}, "specific.health"),
        ({"pseudonyms": {"version": 1, "previous": {"version": 1, "until": date(2026, 2, 1)}}}, "not below"),
        ({"tables": [PERSONS, PERSONS]}, "duplicate table: dim_person"),
        ({"tables": [table("dim_person", {"nik": "hidden"})]}, "tables.0.columns.nik.kind"),
        ({"tables": [table("dim_person", {"nik": "region_level"})]}, "region_level: district"),
        ({"tables": [table("dim_person", {"nik": "clear"}, rows={})]}, "rows: all"),
        ({"tables": [table("dim_person", {"nik": "clear"}, rows={"regencies": [3601]})]}, "regencies.0"),
        ({"tables": [table("dim_person", {"nik": "clear"}, rows={"regencies": ["' or 1=1"]})]}, "regencies.0"),
        ({"tables": [table("dim_person", {"nik from marts.x": "clear"})]}, "columns"),
        ({"tables": [table("dim_person", {"nik": "clear"}, rows={"ages": {"from": 9, "to": 2}})]}, "above"),
        ({"tables": [table("dim_person", {"nik": "clear"}, title="Kamus")]}, "a sheet of every workbook"),
    ],
)
def test_problems_are_reported_with_their_field(tmp_path, change, says):
    assert says in refused(tmp_path, written(**change))


def test_a_duplicate_key_is_an_error(tmp_path):
    path = write_agreement(tmp_path, written())
    path.write_text(path.read_text() + "smallest_cell: 5\n")
    with pytest.raises(AgreementError, match="duplicate key 'smallest_cell'"):
        agreements.read_one(path)


def test_the_file_is_named_by_the_agency(tmp_path):
    path = write_agreement(tmp_path, written())
    with pytest.raises(AgreementError, match=r"dinuji\.yaml"):
        agreements.read_one(path.rename(tmp_path / "dinas.yaml"))


def test_all_problems_of_all_files_are_reported_at_once(tmp_path):
    write_agreement(tmp_path, written(agency="satu", media=[]))
    write_agreement(tmp_path, written(agency="dua", smallest_cell=0))
    with pytest.raises(AgreementError) as caught:
        agreements.read(tmp_path)
    assert "satu.yaml: media" in str(caught.value)
    assert "dua.yaml: smallest_cell" in str(caught.value)


def test_two_agreements_do_not_share_a_number(tmp_path):
    write_agreement(tmp_path, written(agency="satu"))
    write_agreement(tmp_path, written(agency="dua"))
    with pytest.raises(AgreementError, match="two agreements have the number 'SADAYA/99/2026'"):
        agreements.read(tmp_path)


def test_it_is_in_force_on_its_first_and_last_day_and_warned_of_before(tmp_path):
    read = agreements.read_one(write_agreement(tmp_path, written()))
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1)]
    assert [read.in_force(day) for day in days] == [False, True, True, False]
    days = [date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 31), date(2027, 1, 1)]
    assert [read.ends_soon(day) for day in days] == [False, True, True, False]


def test_every_agency_that_reads_has_an_agreement_and_bappeda_reads_aggregates():
    kept = {each.agency: each for each in agreements.read()}
    assert kept.keys() == {agency.group for agency in agencies()} - SENDERS_THAT_DO_NOT_READ | {"bappeda", PUBLIC}
    assert [agency for agency, each in kept.items() if each.aggregates_only] == ["bappeda", PUBLIC]
    assert not any(
        mask.kind == "clear"
        for each in kept.values()
        for table in each.tables
        for name, mask in table.columns.items()
        if name.endswith(("household_id", "family_id", "person_id"))
    )


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"officers": [{"name": "lebak", "regencies": ["3602"]}] * 2}, "duplicate officer: lebak"),
        ({"officers": [{"name": "lebak__x", "regencies": ["3602"]}]}, "officers.0.name"),
        ({"officers": [{"name": "lebak", "regencies": []}]}, "officers.0.regencies"),
        ({"agency": "din__uji"}, "no two underscores"),
        ({"agency": "d" * 25}, "at most 24 characters"),
    ],
)
def test_names_of_logins_cannot_collide(tmp_path, changes, says):
    assert says in refused(tmp_path, written(**changes))
