"""Contract of Dinas Koperasi UKM: small enterprises and the aid they received."""

from __future__ import annotations

import polars as pl

from validations.contract import Contract, Field
from validations.field_types import fixed_digits, key_text, name, rupiah, text, year
from validations.fields import nik_field, optional_text, village_field
from validations.messages import Message
from validations.rules import RowRule, year_not_in_future

AID_WITHOUT_YEAR = Message(
    "aid_without_year", "BANTUAN terisi tanpa TAHUN_BANTUAN.", "BANTUAN is filled, without TAHUN_BANTUAN."
)

UMKM = Contract(
    source="diskop_umkm",
    title_id="Usaha mikro, kecil dan menengah",
    title_en="Micro, small and medium enterprises",
    key=("id_umkm",),
    fields=(
        Field("id_umkm", key_text(), "Nomor usaha", "Enterprise's number", example="UMKM360100001"),
        Field(
            "nib",
            fixed_digits(13),
            "Nomor induk berusaha",
            "Business identification number",
            required=False,
            nullable=True,
            example="0220001234567",
        ),
        nik_field("nik_pemilik", title_id="NIK pemilik", title_en="Owner's NIK"),
        Field("nama_pemilik", name(), "Nama pemilik", "Owner's name", example="SITI AMINAH"),
        Field("nama_usaha", text(), "Nama usaha", "Enterprise's name", example="WARUNG CONTOH"),
        Field(
            "sektor",
            text(),
            "Sektor",
            "Sector",
            nullable=True,
            example="PERDAGANGAN",
            why_empty="nothing is decided by it",
        ),
        Field(
            "omzet_tahunan",
            rupiah(),
            "Omzet setahun",
            "Yearly turnover in rupiah",
            nullable=True,
            example="24000000",
            why_empty="many keep no books; the enterprise is there all the same",
        ),
        optional_text("bantuan", "Bantuan yang diterima", "Aid received", "BPUM"),
        Field(
            "tahun_bantuan",
            year(),
            "Tahun bantuan",
            "Year of the aid",
            required=False,
            nullable=True,
            example="2019",
        ),
        village_field("kode_desa"),
    ),
    rules=(
        year_not_in_future("tahun_bantuan"),
        RowRule(
            AID_WITHOUT_YEAR,
            "tahun_bantuan",
            lambda _: pl.col("bantuan").is_not_null() & pl.col("tahun_bantuan").is_null(),
            "warning",
            "the column is optional; the aid counts, its year is unknown",
        ),
    ),
)
