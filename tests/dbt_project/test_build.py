"""Both halves of dbt on one small load: a family in the register, DTKS and two programmes, and a stranger."""

from __future__ import annotations

from datetime import date

import duckdb
import polars as pl
import pytest

from assets.sources import all_sources
from tests.dbt_project.conftest import spare_parsing
from tests.identity_files import complete

pytestmark = pytest.mark.slow

NIK, STRANGER, CARD, OTHER_CARD = "3601015402809001", "3601010101709001", "3601010101109001", "3601010101109002"
VILLAGE = "3601012001"
BORN = {"tanggal_lahir": "1980-02-14", "tanggal_lahir_state": "day"}
KNOWN = {"nik": NIK, "nik_state": "valid", "no_kk": CARD, "kode_desa": VILLAGE}
RESIDENT = {
    **KNOWN,
    **BORN,
    "record_key": NIK,
    "nama_lengkap": "SITI",
    "jenis_kelamin": "P",
    "status_hubungan": "KEPALA KELUARGA",
    "status_penduduk": "AKTIF",
}
ROWS = {
    "dukcapil_penduduk": [
        RESIDENT,
        RESIDENT | {"record_key": STRANGER, "nik": STRANGER, "no_kk": OTHER_CARD, "nama_lengkap": "ADI"},
    ],
    "dinsos_dtks_rumah_tangga": [
        {"record_key": "D1", "id_dtks": "D1", "no_kk": CARD, "nama_krt": "SITI", "kode_desa": VILLAGE, "desil": "3"}
        | {"jumlah_anggota": "1"}
    ],
    "dinsos_dtks_anggota": [
        BORN
        | {"record_key": "D1|1", "id_dtks": "D1", "no_urut": "1", "nik": NIK, "nik_state": "valid", "nama": "ST SITI"}
    ],
    "dinsos_pkh": [
        KNOWN
        | BORN
        | {"record_key": "P1", "id_pkh": "P1", "nama_pengurus": "SITI", "tahun": "2019", "tahap": "3"}
        | {"status_kepesertaan": "AKTIF", "tanggal_mulai": "2018-01-01"}
    ],
    "dinsos_jamsosratu": [
        KNOWN
        | BORN
        | {"record_key": "J1", "no_peserta": "J1", "nama": "SITI", "tahun_mulai": "2017", "status": "KELUAR"}
    ],
}
EARLIER = {
    "dinsos_dtks_rumah_tangga": [ROWS["dinsos_dtks_rumah_tangga"][0] | {"kode_desa": "3601012002"}],
    "dinsos_dtks_anggota": ROWS["dinsos_dtks_anggota"]
    + [ROWS["dinsos_dtks_anggota"][0] | {"record_key": "D1|2", "no_urut": "2", "nama": "ADI"}],
    "dinsos_jamsosratu": [ROWS["dinsos_jamsosratu"][0] | {"record_key": "J9", "no_peserta": "J9", "status": "AKTIF"}],
}
"""Past values, from a month before: a place, a member, a family."""


@pytest.fixture(scope="module")
def first_half(tmp_path_factory, load_folder, delivery, dbt):
    """The load's folder after the first half; its path contains characters that are special in SQL and Hive."""
    loaded = load_folder(tmp_path_factory.mktemp("load") / "it's name=SITI")
    earlier = [delivery(source, "2019-10-01", rows) for source, rows in EARLIER.items()]
    loaded.write([*earlier, *(delivery(source, "2019-11-01", rows) for source, rows in ROWS.items())])
    spare_parsing(loaded.root)
    _build(dbt, loaded.root, "pre_identity")
    return loaded.root


def _build(dbt, root, half: str) -> None:
    done = dbt("build", root, "--select", f"tag:{half}", load=root, warehouse=root / "warehouse.duckdb")
    assert done.returncode == 0, done.stdout[-4000:]


def _mentions(root, kind: str) -> pl.DataFrame:
    with duckdb.connect(root / "staging.duckdb", read_only=True) as connection:
        return connection.sql(f"from mentions.{kind}_mention order by source, record_key").pl()


@pytest.fixture(scope="module")
def warehouse(first_half, dbt):
    """The warehouse, with identity written by hand: two people, each in their own household."""
    identity = first_half / "identity"
    identity.mkdir()
    stranger = pl.col("record_key") == STRANGER

    def link(kind: str, *keys: str, **ids: pl.Expr) -> pl.DataFrame:
        by_rule = {"link_rule": pl.lit("nik"), "match_probability": pl.lit(None, pl.Float64)}
        return _mentions(first_half, kind).select(*keys).with_columns(**ids, **by_rule)

    def either(one: str, other: str) -> pl.Expr:
        return pl.when(stranger).then(pl.lit(other)).otherwise(pl.lit(one))

    keys = ("source", "record_key")
    people = link("person", *keys, "role", person_id=either("p1", "p2"))
    people.write_parquet(identity / "person_links.parquet")
    households = link("household", *keys, household_id=either("h1", "h2"), family_id=either("f1", "f2"))
    households.write_parquet(identity / "household_links.parquet")
    people = link("past_person", *keys, "role", "valid_from", person_id=either("p1", "p2"))
    people.write_parquet(identity / "past_person_links.parquet")
    households = link(
        "past_household", *keys, "valid_from", household_id=either("h1", "h2"), family_id=either("f1", "f2")
    )
    households.write_parquet(identity / "past_household_links.parquet")
    sides = [f"{column}_{side}" for side in "ab" for column in ("source", "record_key", "role", "person_id")]
    pair = {"pair_id": "L1", "detector": "nik", "state": "confirmed", "evidence": "[]"} | dict.fromkeys(sides, "x")
    pl.DataFrame([pair | {"weight": 7.0, "match_probability": 0.99}]).write_parquet(identity / "identity_links.parquet")
    families = {"family_id": ["f1", "f2"], "no_kk": [CARD, OTHER_CARD], "household_id": ["h1", "h2"]}
    pl.DataFrame(families).write_parquet(identity / "family_links.parquet")
    pl.DataFrame(
        {"entity": ["person", "household"], "id": ["p1", "h1"], "event": "minted", "load_id": "20191101-001"}
        | {
            "other_id": pl.Series([None, None], dtype=pl.String),
            "happened_at": "2019-11-01T01:00:00+00:00",
            "generation": 1,
        }
    ).write_parquet(identity / "identity_history.parquet")
    complete(identity)
    _build(dbt, first_half, "post_identity")
    with duckdb.connect(first_half / "warehouse.duckdb", read_only=True) as connection:
        yield connection


def test_columns_that_a_source_does_not_state_are_null(first_half):
    told = (
        _mentions(first_half, "programme").filter(is_current=True).select("source", "stage_year", "end_reason").rows()
    )
    assert told == [("dinsos_jamsosratu", None, None), ("dinsos_pkh", 2019, None)]


def test_sources_that_have_no_household_now_are_known_to_have_some(first_half):
    with duckdb.connect(first_half / "staging.duckdb", read_only=True) as connection:
        known = {source for (source,) in connection.execute("from mentions.household_source").fetchall()}
    assert "dprkp_rtlh" in known
    assert not known & {"dinsos_penyaluran", "bps_kemiskinan"}


def test_a_member_of_dtks_is_placed_by_its_household(first_half):
    member = _mentions(first_half, "person").row(by_predicate=pl.col("source") == "dinsos_dtks_anggota", named=True)
    assert (member["no_kk"], member["village_code"], member["household_ref"]) == (CARD, VILLAGE, "D1")


def test_ended_values_are_past_mentions(first_half):
    columns = ["source", "record_key", "valid_from", "valid_to"]
    days = (date(2019, 10, 1), date(2019, 11, 1))
    assert _mentions(first_half, "past_person").select(columns).rows() == [
        ("dinsos_dtks_anggota", "D1|2", *days), ("dinsos_jamsosratu", "J9", *days),
    ]  # fmt: skip
    assert _mentions(first_half, "past_household").select("record_key").to_series().to_list() == ["D1|2", "D1", "J9"]
    member = _mentions(first_half, "past_person").row(0, named=True)
    assert (member["no_kk"], member["village_code"]) == (CARD, "3601012002"), "where the household then was"


def test_only_the_frame_is_counted_but_every_record_has_a_person(warehouse):
    assert warehouse.sql("select household_id from marts.dim_household").fetchall() == [("h1",)]
    assert warehouse.sql("select person_id, name, name_source from marts.dim_person").fetchall() == [
        ("p1", "SITI", "dukcapil_penduduk")
    ]
    assert warehouse.sql("select count(*), count(distinct person_id) from marts.person_records").fetchall() == [(5, 2)]
    assert warehouse.sql("select count(*) from marts.household_records").fetchall() == [(6,)]


def test_enrolments_are_those_of_the_household(warehouse):
    asked = "select programme, status, household_id, person_id, valid_from, is_current from marts.fct_enrolment"
    assert sorted(warehouse.sql(asked).fetchall()) == [
        ("JAMSOSRATU", "active", "h1", "p1", date(2019, 10, 1), False),
        ("JAMSOSRATU", "left", "h1", "p1", date(2019, 11, 1), True),
        ("PKH", "active", "h1", "p1", date(2019, 11, 1), True),
    ]
    status = warehouse.sql("select decile, is_poor, pkh, jamsosratu from marts.household_status").fetchall()
    assert status == [(3, True, True, False)]


def test_one_poor_household_is_served_by_one_programme(warehouse):
    asked = (
        "select programme, poor_households, served_poor_households, coverage_share from marts.coverage_by_region"
        " where region_code = '3601' order by 1"
    )
    served = warehouse.sql(asked).fetchall()
    assert [row for row in served if row[2]] == [("PKH", 1, 1, 1.0)]
    assert {row[1:] for row in served if row[0] != "PKH"} == {(1, 0, 0.0)}
    assert warehouse.sql("select count(*) from marts.programme_overlap").fetchall() == [(0,)]


def test_the_warehouse_names_its_load(warehouse):
    assert warehouse.sql("select load_id, as_of_date from reference.load").fetchall() == [
        ("20191101-001", date(2019, 11, 1))
    ]
    assert warehouse.sql("select count(*) from reference.load_sources").fetchall() == [(len(list(all_sources())),)]


def test_the_quota_is_that_of_2019(warehouse):
    assert warehouse.sql("select sum(quota) from reference.ref_jamsosratu_quota where year = 2019").fetchall() == [
        (50_000,)
    ]
