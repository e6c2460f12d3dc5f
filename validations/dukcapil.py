"""Contract of Disdukcapil: the civil register (SIAK), one row per person."""

from __future__ import annotations

import polars as pl

from validations.contract import Contract, Field
from validations.field_types import (
    FieldType,
    address,
    birth_date,
    coded,
    date,
    name,
    neighbourhood,
    nik,
    no_kk,
    sex,
    text,
    village_code,
)
from validations.lists import EDUCATION, MARITAL_STATUS, OCCUPATION, RELATION
from validations.messages import Message
from validations.rules import (
    RowRule,
    birth_agrees_with_nik,
    card_in_place_of_nik,
    day_month_by_nik,
    nik_is_no_card,
    not_in_future,
    rt_rw_in_one_cell,
    sex_agrees_with_nik,
    spouse_of_the_other_sex,
    year_of,
)

STATUS_BEFORE_BIRTH = Message(
    "status_before_birth",
    "TANGGAL_STATUS mendahului TANGGAL_LAHIR.",
    "TANGGAL_STATUS is earlier than TANGGAL_LAHIR.",
)
STATUS_WITHOUT_DATE = Message(
    "status_without_date",
    "Penduduk meninggal atau pindah tanpa TANGGAL_STATUS.",
    "A resident died or moved, without TANGGAL_STATUS.",
)

TOO_OLD = Message(
    "implausible_age",
    "Penduduk AKTIF berumur lebih dari 120 tahun.",
    "A resident who is AKTIF is older than 120 years.",
)


def _address(column: str, kind: FieldType, title_id: str, title_en: str, example: str) -> Field:
    reason = "the village places the person; the rest of an address is only read by people"
    return Field(column, kind, title_id, title_en, nullable=True, example=example, why_empty=reason)


PENDUDUK = Contract(
    source="dukcapil_penduduk",
    title_id="Penduduk (SIAK)",
    title_en="Residents (civil register)",
    key=("NIK",),
    status_on="TANGGAL_STATUS",
    fields=(
        Field("NIK", nik(register=True), "Nomor Induk Kependudukan", "Population number", example="3601014508859123"),
        Field(
            "NO_KK",
            no_kk(expected=True),
            "Nomor Kartu Keluarga",
            "Family card number",
            nullable=True,
            example="3601011203109456",
        ),
        Field("NAMA_LENGKAP", name(), "Nama lengkap", "Full name", synonyms=("NAMA",), example="SITI AMINAH"),
        Field("JENIS_KELAMIN", sex(), "Jenis kelamin", "Sex", synonyms=("JK", "L/P"), example="P"),
        Field(
            "TEMPAT_LAHIR",
            text(),
            "Tempat lahir",
            "Place of birth",
            nullable=True,
            example="PANDEGLANG",
            why_empty="old papers do not say it; name and date identify",
        ),
        Field(
            "TANGGAL_LAHIR",
            birth_date(),
            "Tanggal lahir",
            "Date of birth",
            nullable=True,
            synonyms=("TGL_LAHIR",),
            example="05-08-1985",
            why_empty="birth dates may be unknown (ruling 1)",
        ),
        Field(
            "STATUS_HUBUNGAN",
            coded(RELATION),
            "Hubungan dengan kepala keluarga",
            "Relation to the head of the family",
            synonyms=("SHDK",),
            example="ISTRI",
        ),
        Field(
            "STATUS_KAWIN",
            coded(MARITAL_STATUS, lenient=True),
            "Status perkawinan",
            "Marital status",
            nullable=True,
            example="KAWIN",
            why_empty="nothing is decided by it; an unknown value is noted likewise (ruling 16)",
        ),
        Field(
            "PENDIDIKAN",
            coded(EDUCATION, lenient=True),
            "Pendidikan terakhir",
            "Highest education",
            required=False,
            nullable=True,
            example="SLTP/SEDERAJAT",
        ),
        Field(
            "PEKERJAAN",
            coded(OCCUPATION, lenient=True),
            "Pekerjaan",
            "Occupation",
            required=False,
            nullable=True,
            example="PETANI/PEKEBUN",
        ),
        _address("ALAMAT", address(), "Alamat", "Address", "KP. CONTOH"),
        _address("RT", neighbourhood(), "Rukun tetangga", "Neighbourhood unit", "001"),
        _address("RW", neighbourhood(), "Rukun warga", "Community unit", "002"),
        Field("KODE_DESA", village_code(), "Kode desa/kelurahan", "Village code", example="36.01.01.2001"),
        Field(
            "STATUS_PENDUDUK",
            coded({"AKTIF": ("HIDUP",), "MENINGGAL": ("MATI", "WAFAT"), "PINDAH": ("PINDAH KELUAR",)}),
            "Status kependudukan",
            "Resident's status",
            example="AKTIF",
        ),
        Field(
            "TANGGAL_STATUS",
            date(),
            "Tanggal status berlaku",
            "Date of the status",
            required=False,
            nullable=True,
            example="2019-03-01",
        ),
    ),
    mends=(*rt_rw_in_one_cell(), card_in_place_of_nik("NIK", "NO_KK"), day_month_by_nik("NIK", "TANGGAL_LAHIR")),
    rules=(
        nik_is_no_card("NIK", "error"),
        not_in_future("TANGGAL_LAHIR"),
        not_in_future("TANGGAL_STATUS"),
        RowRule(
            STATUS_BEFORE_BIRTH,
            "TANGGAL_STATUS",
            lambda _: (
                year_of("TANGGAL_STATUS").is_not_null()
                & year_of("TANGGAL_LAHIR").is_not_null()
                & (pl.col("TANGGAL_STATUS") < pl.col("TANGGAL_LAHIR"))
            ),
        ),
        RowRule(
            STATUS_WITHOUT_DATE,
            "TANGGAL_STATUS",
            lambda _: pl.col("TANGGAL_STATUS").is_null() & (pl.col("STATUS_PENDUDUK") != "AKTIF"),
            "warning",
            "the column is optional; the status counts from the delivery",
        ),
        birth_agrees_with_nik("NIK", "TANGGAL_LAHIR"),
        sex_agrees_with_nik("NIK", "JENIS_KELAMIN"),
        spouse_of_the_other_sex("STATUS_HUBUNGAN", "JENIS_KELAMIN"),
        RowRule(
            TOO_OLD,
            "TANGGAL_LAHIR",
            lambda delivered: (
                (pl.col("STATUS_PENDUDUK") == "AKTIF") & (year_of("TANGGAL_LAHIR") < str(delivered.year - 120))
            ),
            "warning",
            "a death that was never reported, or a wrong century: for the register to look into",
        ),
    ),
)
