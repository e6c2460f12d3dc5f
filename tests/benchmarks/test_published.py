"""A warehouse compared with the truth, on a case that can be counted by hand.
Household 1 (persons 1 and 2; 3 is dead) moved, and is listed twice, as D1 and E1. Household 2 (person 4) was merged
into it. Household 4 has no living member. The row of household 3 (person 5) was quarantined.
"""

from __future__ import annotations

from datetime import date

import duckdb
import polars as pl
import pytest

from benchmarks import published

OLD, NEW = "3601012001", "3602012001"
FIRST, LAST = date(2019, 11, 1), date(2019, 11, 3)
DTKS, MEMBERS, REGISTER = "dinsos_dtks_rumah_tangga", "dinsos_dtks_anggota", "dukcapil_penduduk"
LANDING = {
    f"{DTKS}/2019-11-01/old.csv": "ID_DTKS;DESIL;KODE_DESA\nX;1;3601012001\n",
    f"{DTKS}/2019-11-03/new.csv": "ID_DTKS;DESIL;KODE_DESA\nD1;1;36.01.01.2001\nE1;1;3601012001\nD2;2;3602012001\n"
    "D3;1;3602012001\nD4;3;3602012001\nD5;9;3602012001\n",
    "dinkes_jkn/2019-11-01/jkn.txt": "NO_KARTU|STATUS\n7|AKTIF\n8|NONAKTIF\n",
    "diskop_umkm/2019-11-01/umkm.jsonl": '{"id_umkm":"U1","bantuan":"BPUM","tahun_bantuan":2016}\n'
    '{"id_umkm":"U2","bantuan":"BPUM","tahun_bantuan":2018}\n{"id_umkm":"U3","bantuan":null,"tahun_bantuan":null}\n',
    "dprkp_rtlh/2019-11-01/rtlh.csv": "ID_RTLH,STATUS_BANTUAN\nR1,SELESAI\nR2,PROSES\nR3,BELUM\n",
}
RESIDENTS = [
    (1, 1, NEW, "AKTIF", None), (2, 1, NEW, "AKTIF", None), (3, 1, OLD, "MENINGGAL", date(2019, 1, 1)),
    (4, 2, NEW, "AKTIF", None), (5, 3, NEW, "AKTIF", None), (6, 4, NEW, "MENINGGAL", date(2019, 1, 1)),
]  # fmt: skip
PERSONS = [
    (REGISTER, "1", "self", 1), (REGISTER, "2", "self", 2), (REGISTER, "3", "self", 3), (REGISTER, "4", "self", 4),
    (MEMBERS, "D1|1", "self", 1), (MEMBERS, "D2|1", "self", 4), (MEMBERS, "D2|2", "self", 4),
    ("dinsos_pkh", "P1", "manager", 3), ("dinsos_pkh", "P2", "manager", 4), ("dinsos_pkh", "P3", "manager", 4),
    ("dinkes_jkn", "0000000000007", "self", 1), ("dinkes_jkn", "0000000000008", "self", 2),
]  # fmt: skip
HOUSEHOLDS = [
    (DTKS, "D1", 1), (DTKS, "E1", 1), (DTKS, "D2", 2), (DTKS, "D3", 3), (DTKS, "D4", 4), (DTKS, "D5", 3),
    ("dinsos_pkh", "P1", 1), ("dinsos_pkh", "P2", 2), ("dinsos_pkh", "P3", 2),
]  # fmt: skip
WAREHOUSE = """
create schema marts; create schema reference;
create table reference.load as select date '2019-11-03' as as_of_date;
create table reference.ref_programme as select 'PKH' as code, 'family' as unit;
create table marts.dim_household as
from (values ('h1', 'D1', true, 4, '3602012001'), ('h4', 'D4', true, 0, '3602012001'),
    ('h5', 'E1', true, 0, '3601012001')) v (household_id, dtks_id, is_poor, persons, village_code);
create table marts.dim_person as
from (values ('p1', 'h1', 'AKTIF'), ('q1', 'h1', null), ('p2', 'h1', 'AKTIF'), ('p3', 'h1', 'MENINGGAL'),
    ('p4', 'h1', 'AKTIF')) v (person_id, household_id, life_status);
create table marts.person_records as
from (values ('dukcapil_penduduk', '1', 'self', 'p1'), ('dukcapil_penduduk', '2', 'self', 'p2'),
    ('dukcapil_penduduk', '3', 'self', 'p3'), ('dukcapil_penduduk', '4', 'self', 'p4'),
    ('dinsos_dtks_anggota', 'D1|1', 'self', 'q1'), ('dinkes_jkn', '0000000000007', 'self', 'p1'))
    v (source, record_key, role, person_id);
create table marts.household_records as
from (values ('dinsos_dtks_rumah_tangga', 'D1', 'h1'), ('dinsos_dtks_rumah_tangga', 'E1', 'h5'),
    ('dinsos_dtks_rumah_tangga', 'D2', 'h1'), ('dinsos_dtks_rumah_tangga', 'D4', 'h4'),
    ('dinsos_dtks_anggota', 'D2|1', 'h1'), ('dinsos_dtks_anggota', 'D2|2', 'h1'),
    ('dinsos_pkh', 'P2', 'h1'), ('dinsos_pkh', 'P3', 'h1')) v (source, record_key, household_id);
create table marts.fct_enrolment as
from (values ('PKH', 'dinsos_pkh', 'P1', 'P1', 'active', 'h1', 'p3', false),
    ('PKH', 'dinsos_pkh', 'P1', 'P1', 'left', null, null, false),
    ('PKH', 'dinsos_pkh', 'P2', 'P2', 'active', 'h1', 'p4', true),
    ('PKH', 'dinsos_pkh', 'P3', 'P3', 'active', 'h1', 'p4', true),
    ('UMKM', 'diskop_umkm', 'U1', 'U1', 'active', 'h1', 'p1', true),
    ('UMKM', 'diskop_umkm', 'U2', 'U2', 'active', 'h1', 'p1', true),
    ('RTLH', 'dprkp_rtlh', 'R1', 'R1', 'active', 'h1', 'p1', true),
    ('RTLH', 'dprkp_rtlh', 'R2', 'R2', 'completed', 'h1', 'p1', true))
    v (programme, source, record_key, participant_no, status, household_id, person_id, is_current);
create table marts.fct_disbursement as
from (values ('PKH', 'P1', date '2018-12-01', 'h1', 'p3'), ('PKH', 'P1', date '2019-06-01', 'h1', null),
    ('PKH', 'P2', date '2019-06-01', 'h1', 'p4')) v (programme, participant_no, paid_on, household_id, person_id);
create table marts.bridge_household_person as
from (values ('p1', null::date), ('p3', null), ('p2', date '2019-01-01')) v (person_id, valid_to);
create table marts.unserved as select 'h1' as household_id, 'PBI_JKN' as programme, 2 as need;
"""


def truth(folder):
    folder.mkdir()
    columns = ("true_person_id", "true_household_id", "village_code", "status", "status_date")
    pl.DataFrame(RESIDENTS, schema=columns, orient="row").write_parquet(folder / "residents.parquet")
    columns = ("source", "record_key", "role", "true_person_id")
    persons = pl.DataFrame(PERSONS, schema=columns, orient="row")
    persons.write_parquet(folder / "persons.parquet")
    columns = ("source", "record_key", "true_household_id")
    households = pl.DataFrame(HOUSEHOLDS, schema=columns, orient="row").with_columns(true_family_id="true_household_id")
    households.write_parquet(folder / "households.parquet")
    keys = pl.concat([persons.select("source", "record_key"), households.select("source", "record_key")]).unique()
    left = pl.when(pl.col("record_key") == "P1").then(FIRST).otherwise(LAST)
    keys.with_columns(last_delivered=left).write_parquet(folder / "deliveries.parquet")


@pytest.fixture
def case(tmp_path):
    """case(*more SQL for the warehouse): the figures, (value, denominator) by name."""
    truth(tmp_path / "truth")
    for path, text in LANDING.items():
        target = tmp_path / "landing" / path
        target.parent.mkdir(parents=True)
        target.write_text(text)
    (tmp_path / "home" / "published").mkdir(parents=True)

    def case(*more):
        with duckdb.connect(tmp_path / "home" / "published" / "current.duckdb") as warehouse:
            for statement in (WAREHOUSE, *more):
                warehouse.execute(statement)
        found = published.compare(tmp_path, tmp_path / "home")
        return {figure.name: (figure.value, figure.of) for figures in found.values() for figure in figures}

    return case


def test_households_and_their_people_are_counted_as_by_hand(case):
    found = case()
    assert found["strangers"] == (1, 4)
    assert found["households with strangers"] == (1, None)
    assert found["poor households"] == (3, 2)
    assert found["poor households, of all delivered"] == (3, 3)
    assert found["poor households with somebody"] == (1, 2)
    assert found["poor households with nobody"] == (2, 1)
    assert found["vanished"] == (1, 2)
    assert found["poor persons"] == (4, 3)
    assert found["poor persons found"] == (3, 3)
    assert found["twice in a poor household"] == (1, 4)
    assert found["moved, with the new village"] == (1, 2)
    # D1, D2, P2 and P3 are in h1, the last three correctly; D1 and E1 should be in one household too
    assert found["pairs right"] == (3, 6)
    assert found["pairs found"] == (3, 4)


def test_left_and_completed_records_are_counted_as_by_hand(case):
    found = case()
    assert found["participants who left"] == (1, None)
    assert found["enrolments kept"] == (1, 2)
    assert found["payments kept"] == (1, 2)
    assert found["UMKM past, called active"] == (1, 1)
    assert found["UMKM active, called past"] == (0, 1)
    assert found["RTLH past, called active"] == (1, 1)
    assert found["RTLH active, called past"] == (1, 1)
    assert found["open in the bridge"] == (1, 2)
    assert found["paid after death, flagged"] == (0, 1)


def test_the_uninsured_are_counted_by_rows_or_by_persons(case):
    found = case()
    assert found["uninsured, rows"] == (1, 2)
    assert found["uninsured, persons in rows"] == (2, 2)


def test_the_uninsured_are_found_where_persons_are_listed(case):
    found = case(
        "create or replace table marts.unserved as select 'PBI_JKN' as programme, unnest(['p2', 'p1']) as person_id"
    )
    assert found["uninsured listed"] == (2, 2)
    assert found["uninsured found"] == (1, 2)
    assert found["uninsured right"] == (1, 2)


def test_duplicates_are_counted_without_a_mart(case):
    found = case()
    assert found["listed twice, one household"] == (0, 1)
    assert found["household twice, true"] == (1, None)
    assert found["family twice, true"] == (1, None)
    assert found["person twice, true"] == (1, None)


def test_pairs_that_are_listed_twice_are_right_or_found(case):
    found = case(
        "create table marts.duplicate_listings as from (values"
        " ('family_twice', 'dinsos_pkh', 'P2', 'dinsos_pkh', 'P3'),"
        " ('family_twice', 'dinsos_pkh', 'P2', 'dinsos_pkh', 'P9'),"
        " ('household_twice', 'dinsos_dtks_rumah_tangga', 'D1', 'dinsos_dtks_rumah_tangga', 'D2'))"
        " v (kind, source_a, record_key_a, source_b, record_key_b)"
    )
    assert found["family twice, dinsos_pkh: right"] == (1, 3)
    assert found["family twice, dinsos_pkh: found"] == (1, 1)
    assert found[f"household twice, {DTKS}: right"] == (0, 1)
    assert found[f"household twice, {DTKS}: found"] == (0, 1)
    assert found[f"person twice, {MEMBERS}: found"] == (0, 1)
