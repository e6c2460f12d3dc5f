"""Header matching of contracts, and sound declarations."""

from __future__ import annotations

from datetime import date

import pandera.polars as pa
import pytest

from assets.sources import all_sources
from validations.contract import header_key
from validations.dinsos import JAMSOSRATU, PKH
from validations.dukcapil import PENDUDUK

HEADER = [field.name for field in PKH.fields]
ALL = [source.contract for source in all_sources()]


@pytest.mark.parametrize(
    "written", ["NAMA_PENGURUS", " nama pengurus ", "Nama  Pengurus *", "\ufeffNAMA_PENGURUS*", "nama__pengurus"]
)
def test_headers_match_by_name_whatever_their_dress(written):
    match = PKH.match([written if name == "NAMA_PENGURUS" else name for name in reversed(HEADER)])
    assert not match.missing
    assert not match.unlisted
    assert match.positions["ID_PKH"] == len(HEADER) - 1


@pytest.mark.parametrize("written", ["(12) {}", "12. {}", "3) {}", "[4]{}", "{} (7)", "12.  {} *", "{}\n(2)"])
def test_headings_match_without_the_number_of_their_column(written):
    numbered = [written.format(name) for name in HEADER]
    match = PKH.match(numbered)
    assert (match.missing, match.unlisted) == ((), ())
    assert match.numbered == tuple(name.strip() for name in numbered)


def test_a_numbered_heading_beside_the_plain_one_is_another_column():
    match = PKH.match([*HEADER, "TAHAP (2)"])
    assert (match.unlisted, match.doubled, match.numbered) == (("TAHAP (2)",), {}, ())


@pytest.mark.parametrize(
    ("written", "column"),
    [
        ("__system/deletedAt", "_deleted_on"),
        ("deleted_at", "_deleted_on"),
        ("Tgl Hapus", "_deleted_on"),
        ("IS_DELETED", "_deleted"),
        ("Status Data", "_deleted"),
    ],
)
def test_a_heading_that_says_that_a_record_was_deleted_is_of_every_contract(written, column):
    match = PKH.match([*HEADER, written])
    assert (match.unlisted, match.deletion) == ((), {column: len(HEADER)})


def test_a_match_names_what_is_missing_unlisted_and_doubled():
    match = PKH.match([name for name in HEADER if name not in ("NIK", "NO_KK")] + ["KODE POS", None, " ", "TAHAP"])
    assert match.missing == ("NIK",)
    assert match.unlisted == ("KODE POS",)
    assert match.doubled == {"TAHAP": (HEADER.index("TAHAP") - 2, len(HEADER) + 1)}


@pytest.mark.parametrize("contract", ALL, ids=lambda contract: contract.source)
def test_a_contract_is_declared_soundly(contract):
    names = [field.name for field in contract.fields]
    assert len(set(names)) == len(names)
    owners = {}
    for field in contract.fields:
        for name in (field.name, *field.synonyms):
            assert owners.setdefault(header_key(name), field.name) == field.name
        assert field.title_id
        assert field.title_en
        assert field.type.allowed_id
        assert field.type.allowed_en
        assert not field.why_empty or field.nullable
    assert set(contract.key) <= set(names)
    assert contract.title_id
    assert contract.title_en


def test_messages_of_a_contract_speak_both_languages_under_one_code():
    said: dict[str, tuple[str, str]] = {}
    for contract in ALL:
        profiles = {field.name: {} for field in contract.fields}
        day = date(2019, 11, 1)
        found = [
            *contract.errors(day, profiles).values(),
            *contract.warnings(day, profiles),
            *contract.repairs(profiles),
        ]
        for message in [doubt.message for doubt in found] + [rule.message for rule in contract.set_rules]:
            assert message.id
            assert message.en
            assert message.id != message.en
            if message.code not in ("number_invalid", "digits_malformed"):  # they say their range and length
                assert said.setdefault(message.code, (message.id, message.en)) == (message.id, message.en)


@pytest.mark.parametrize("contract", ALL, ids=lambda contract: contract.source)
def test_a_contract_makes_one_schema_with_every_error_by_name(contract):
    profiles = {field.name: {} for field in contract.fields}
    day = date(2019, 11, 1)
    schema = contract.schema(contract.doubts(day, profiles)["errors"])
    assert isinstance(schema, pa.DataFrameSchema)
    assert {check.error for check in schema.checks} == set(contract.errors(day, profiles))


def test_columns_are_those_of_exports():
    """Copied from exports.md; `?` marks optional columns."""
    said = {
        PENDUDUK: "NIK NO_KK NAMA_LENGKAP JENIS_KELAMIN TEMPAT_LAHIR TANGGAL_LAHIR STATUS_HUBUNGAN STATUS_KAWIN"
        " PENDIDIKAN? PEKERJAAN? ALAMAT RT RW KODE_DESA STATUS_PENDUDUK TANGGAL_STATUS?",
        PKH: "ID_PKH NIK NO_KK? NAMA_PENGURUS TANGGAL_LAHIR? KODE_DESA KOMPONEN TAHUN TAHAP STATUS_KEPESERTAAN"
        " TANGGAL_MULAI",
        JAMSOSRATU: "NO_PESERTA NIK NO_KK? NAMA TANGGAL_LAHIR? ALAMAT? KODE_DESA TAHUN_MULAI STATUS TANGGAL_KELUAR?"
        " ALASAN_KELUAR? ID_PENDAMPING?",
    }
    by_source = {contract.source: contract for contract in ALL}
    said[by_source["dinsos_dtks_rumah_tangga"]] = (
        "ID_DTKS NO_KK? NAMA_KRT ALAMAT RT RW KODE_DESA DESIL JUMLAH_ANGGOTA JENIS_LANTAI? JENIS_DINDING? SUMBER_AIR?"
        " DAYA_LISTRIK? STATUS_RUMAH? TANGGAL_PENDATAAN"
    )
    said[by_source["dinsos_dtks_anggota"]] = (
        "ID_DTKS NO_URUT NIK? NAMA JENIS_KELAMIN TANGGAL_LAHIR HUBUNGAN DISABILITAS? STATUS_SEKOLAH? STATUS_KERJA?"
    )
    for contract, columns in said.items():
        assert " ".join(field.name + "?" * (not field.required) for field in contract.fields) == columns
