"""Contract of Disnakertrans: job seekers and trainees."""

from __future__ import annotations

import polars as pl

from validations.contract import Contract, Field
from validations.field_types import coded, date, key_text, name
from validations.fields import birth_field, listed, nik_field, village_field
from validations.lists import EDUCATION
from validations.messages import Message
from validations.rules import RowRule, birth_agrees_with_nik, day_month_by_nik, not_in_future

YOUNGEST = 15
"""Minimum working age (UU 13/2003, article 69: light work from 13, under conditions that no register records)."""
TOO_YOUNG_TO_WORK = Message(
    "too_young_to_work",
    "Pencari kerja berumur kurang dari 15 tahun saat mendaftar.",
    "The job seeker was younger than 15 years at registration.",
)

PENCAKER = Contract(
    source="disnaker_pencaker",
    title_id="Pencari kerja dan pelatihan",
    title_en="Job seekers and training",
    key=("id",),
    fields=(
        Field("id", key_text(digits=True), "Nomor pencari kerja", "Job seeker's number", example="100001"),
        nik_field("nik"),
        Field("nama", name(), "Nama", "Name", example="SITI AMINAH"),
        birth_field("tanggal_lahir", synonyms=("tgl_lahir",), example="1985-08-05"),
        listed("pendidikan", "Pendidikan terakhir", "Highest education", EDUCATION, required=True),
        Field(
            "status",
            coded({"MENCARI KERJA": ("MENCARI",), "PELATIHAN": (), "BEKERJA": ("SUDAH BEKERJA",)}),
            "Status",
            "Status",
            example="MENCARI KERJA",
        ),
        Field("tanggal_daftar", date(), "Tanggal mendaftar", "Date of registration", example="2019-06-17"),
        village_field("kode_desa"),
    ),
    mends=(day_month_by_nik("nik", "tanggal_lahir"),),
    rules=(
        not_in_future("tanggal_lahir"),
        not_in_future("tanggal_daftar"),
        birth_agrees_with_nik("nik", "tanggal_lahir"),
        RowRule(
            TOO_YOUNG_TO_WORK,
            "tanggal_daftar",
            lambda _: (
                pl.col("tanggal_daftar").str.to_date("%Y-%m-%d", strict=False)
                < pl.col("tanggal_lahir").str.to_date("%Y-%m-%d", strict=False).dt.offset_by(f"{YOUNGEST}y")
            ),
            "warning",
            "one of the two dates is a slip; who it is does not hang on the later",
        ),
    ),
)
