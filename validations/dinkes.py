"""Contracts of Dinas Kesehatan: members of BPJS Kesehatan, and growth of children (e-PPGBM)."""

from __future__ import annotations

import polars as pl

from validations.contract import Contract, Field
from validations.field_types import coded, date, decimal, fixed_digits, key_text, name, sex, text
from validations.fields import birth_field, nik_field, relative_field, village_field
from validations.messages import Message
from validations.rules import (
    RowRule,
    birth_agrees_with_nik,
    day_month_by_nik,
    not_in_future,
    number_of,
    sex_agrees_with_nik,
    year_of,
)

WEIGHT, HEIGHT = (1.0, 60.0), (35.0, 140.0)
"""Plausible kilograms and centimetres of a child under six."""
STUNTED, SEVERELY = -2.0, -3.0
"""Standard deviations from the median height for age: Permenkes 2/2020, based on the WHO standard of 2006."""

IMPLAUSIBLE_MEASURE = Message(
    "implausible_measure",
    "{column} “{value}” tidak wajar untuk balita.",
    "{column} “{value}” is not plausible for a toddler.",
)
MEASURED_BEFORE_BIRTH = Message(
    "measured_before_birth", "TGL_UKUR mendahului TGL_LAHIR.", "TGL_UKUR is earlier than TGL_LAHIR."
)
TOO_OLD_FOR_POSYANDU = Message(
    "too_old_for_posyandu", "Anak ini berumur lebih dari enam tahun.", "This child is older than six years."
)
STATUS_NOT_OF_SCORE = Message(
    "status_not_of_score", "{column} tidak sesuai dengan ZS_TB_U.", "{column} does not agree with ZS_TB_U."
)
MEASURE_MAY_BE_MISSING = "the child was seen; without the number nothing is reckoned from it"

JKN = Contract(
    source="dinkes_jkn",
    title_id="Peserta JKN (BPJS Kesehatan)",
    title_en="Members of the health insurance (BPJS Kesehatan)",
    key=("NO_KARTU",),
    fields=(
        Field("NO_KARTU", fixed_digits(13), "Nomor kartu JKN", "Card number", example="0001234567890"),
        nik_field(),
        Field("NAMA", name(), "Nama", "Name", example="SITI AMINAH"),
        birth_field("TGL_LAHIR", synonyms=("TANGGAL_LAHIR",)),
        Field(
            "SEGMEN",
            coded({"PBI APBN": ("PBI JK", "PBI"), "PBI APBD": (), "PPU": (), "PBPU": (), "BP": ()}),
            "Segmen kepesertaan",
            "Segment",
            example="PBI APBN",
        ),
        Field(
            "FASKES",
            text(),
            "Fasilitas kesehatan",
            "Health centre",
            nullable=True,
            example="PUSKESMAS CONTOH",
            why_empty="membership does not hang on it",
        ),
        Field(
            "STATUS",
            coded({"AKTIF": (), "NONAKTIF": ("NON AKTIF", "TIDAK AKTIF")}),
            "Status",
            "Status",
            example="AKTIF",
        ),
        village_field(required=False),
    ),
    mends=(day_month_by_nik("NIK", "TGL_LAHIR"),),
    rules=(not_in_future("TGL_LAHIR"), birth_agrees_with_nik("NIK", "TGL_LAHIR")),
)


def _measure(column: str, title_id: str, title_en: str, example: str) -> Field:
    return Field(
        column, decimal(), title_id, title_en, nullable=True, example=example, why_empty=MEASURE_MAY_BE_MISSING
    )


def _implausible(column: str, limits: tuple[float, float]) -> RowRule:
    return RowRule(
        IMPLAUSIBLE_MEASURE,
        column,
        lambda _: ~number_of(column).is_between(*limits),
        "warning",
        "a slip of the hand, often weight and height changed places; reckoned with nowhere, kept for the health centre",
    )


def _status_not_of_score() -> pl.Expr:
    score = number_of("ZS_TB_U")
    expected = pl.when(score < SEVERELY).then(pl.lit("SANGAT PENDEK")).when(score < STUNTED).then(pl.lit("PENDEK"))
    stunted = pl.col("STATUS_TB_U").is_in(["SANGAT PENDEK", "PENDEK"])
    return (expected.is_not_null() & (expected != pl.col("STATUS_TB_U"))) | ((score >= STUNTED) & stunted)


GIZI = Contract(
    source="dinkes_gizi",
    title_id="Pertumbuhan anak (e-PPGBM)",
    title_en="Growth of children (e-PPGBM)",
    key=("ID_PENGUKURAN",),
    fields=(
        Field("ID_PENGUKURAN", key_text(), "Nomor pengukuran", "Measurement's number", example="UKR0000001"),
        nik_field("NIK_ANAK", optional=True, title_id="NIK anak", title_en="Child's NIK", example="3601014508179123"),
        Field("NAMA_ANAK", name(), "Nama anak", "Child's name", example="AISYAH"),
        Field("JENIS_KELAMIN", sex(), "Jenis kelamin", "Sex", synonyms=("JK",), example="P"),
        birth_field("TGL_LAHIR", synonyms=("TANGGAL_LAHIR",), example="05-08-2017"),
        relative_field("NAMA_ORTU", "Nama orang tua", "Parent's name", example="SITI AMINAH"),
        nik_field("NIK_ORTU", optional=True, title_id="NIK orang tua", title_en="Parent's NIK"),
        Field(
            "POSYANDU",
            text(),
            "Posyandu",
            "Posyandu",
            nullable=True,
            example="MELATI 1",
            why_empty="the village says where; the post's name only helps to find the page",
        ),
        village_field(),
        Field("TGL_UKUR", date(), "Tanggal pengukuran", "Date of the measurement", example="2019-10-12"),
        _measure("BB", "Berat badan (kg)", "Weight (kg)", "11,5"),
        _measure("TB", "Tinggi badan (cm)", "Height (cm)", "84,0"),
        Field(
            "ZS_TB_U",
            decimal(),
            "Skor-z tinggi menurut umur",
            "Z-score of height for age",
            required=False,
            nullable=True,
            synonyms=("ZS TB/U",),
            example="-1,20",
        ),
        Field(
            "STATUS_TB_U",
            coded({"SANGAT PENDEK": ("SEVERELY STUNTED",), "PENDEK": ("STUNTED",), "NORMAL": (), "TINGGI": ()}),
            "Status tinggi menurut umur",
            "Height for age",
            synonyms=("TB/U",),
            example="NORMAL",
        ),
    ),
    mends=(day_month_by_nik("NIK_ANAK", "TGL_LAHIR"),),
    rules=(
        not_in_future("TGL_LAHIR"),
        not_in_future("TGL_UKUR"),
        birth_agrees_with_nik("NIK_ANAK", "TGL_LAHIR"),
        sex_agrees_with_nik("NIK_ANAK", "JENIS_KELAMIN"),
        RowRule(
            MEASURED_BEFORE_BIRTH,
            "TGL_UKUR",
            lambda _: year_of("TGL_UKUR").is_not_null() & (pl.col("TGL_UKUR") < pl.col("TGL_LAHIR")),
        ),
        RowRule(
            TOO_OLD_FOR_POSYANDU,
            "TGL_LAHIR",
            lambda _: (
                year_of("TGL_UKUR").is_not_null()
                & (
                    pl.col("TGL_UKUR").str.to_date("%Y-%m-%d", strict=False)
                    > pl.col("TGL_LAHIR").str.to_date("%Y-%m-%d", strict=False).dt.offset_by("6y")
                )
            ),
            "warning",
            "older children are weighed along with the others",
        ),
        _implausible("BB", WEIGHT),
        _implausible("TB", HEIGHT),
        RowRule(
            STATUS_NOT_OF_SCORE,
            "STATUS_TB_U",
            lambda _: _status_not_of_score(),
            "warning",
            "the health centre's judgement is published as it is, its score beside it",
        ),
    ),
)
