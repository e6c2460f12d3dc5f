"""Contract of DPRKP: unfit houses (RTLH), located by region names because the survey has no codes."""

from __future__ import annotations

import polars as pl

from validations.contract import Contract, Field
from validations.field_types import address, coded, key_text, name, text, year
from validations.fields import TITLES, address_field, nik_field, no_kk_field
from validations.messages import Message
from validations.region_names import resolve
from validations.rules import Derived, RowRule, card_in_place_of_nik, nik_is_no_card, year_not_in_future

NEAREST = "TERDEKAT"
REGENCY_NOT_FOUND = Message(
    "regency_not_found",
    "KABUPATEN tidak dikenal, atau menyebut dua wilayah (KAB. atau KOTA?); nama terdekat: {value}.",
    "KABUPATEN is not known, or names two regions (KAB. or KOTA?); nearest names: {value}.",
)
DISTRICT_NOT_FOUND = Message(
    "district_not_found",
    "KECAMATAN tidak dikenal di kabupaten/kota itu; nama terdekat: {value}.",
    "KECAMATAN is not known in that kabupaten/kota; nearest names: {value}.",
)
VILLAGE_NOT_FOUND = Message(
    "village_not_found",
    "DESA tidak dikenal di kecamatan itu; rumah dicatat pada kecamatannya. Nama terdekat: {value}.",
    "DESA is not known in that kecamatan; the house is placed in its kecamatan. Nearest names: {value}.",
)
_FIT = {"LAYAK": (), "TIDAK LAYAK": ("TDK LAYAK", "TAK LAYAK")}
_NAMES = {"KABUPATEN": "regency", "KECAMATAN": "district", "DESA": "village"}


def _placed(frame: pl.DataFrame) -> pl.DataFrame:
    """Add the codes of the region names; each combination of names is looked up once."""
    combinations = frame.select(pl.col(column).alias(level) for column, level in _NAMES.items()).unique()
    codes = resolve(combinations).select(
        *(pl.col(level).alias(column) for column, level in _NAMES.items()),
        KODE_KABUPATEN="regency_code",
        KODE_KECAMATAN="district_code",
        KODE_DESA="village_code",
        TERDEKAT="nearest",
    )
    return frame.join(codes, on=list(_NAMES), how="left", nulls_equal=True, maintain_order="left")


def _fitness(column: str, title_id: str, title_en: str) -> Field:
    return Field(column, coded(_FIT), title_id, title_en, example="TIDAK LAYAK")


RTLH = Contract(
    source="dprkp_rtlh",
    title_id="Rumah tidak layak huni",
    title_en="Unfit houses",
    key=("ID_RTLH",),
    fields=(
        Field("ID_RTLH", key_text(), "Nomor rumah", "House's number", example="RTLH360100001"),
        nik_field(),
        no_kk_field(),
        Field("NAMA", name(), "Nama penghuni", "Occupant's name", example="SITI AMINAH"),
        address_field("ALAMAT", address(), *TITLES["ALAMAT"], example="KP. CONTOH"),
        Field("KABUPATEN", text(), "Nama kabupaten/kota", "Name of the kabupaten/kota", example="KAB. PANDEGLANG"),
        Field("KECAMATAN", text(), "Nama kecamatan", "Name of the kecamatan", example="SUMUR"),
        Field("DESA", text(), "Nama desa/kelurahan", "Name of the village", nullable=True, example="SUMBERJAYA"),
        _fitness("ATAP", "Atap", "Roof"),
        _fitness("LANTAI", "Lantai", "Floor"),
        _fitness("DINDING", "Dinding", "Walls"),
        Field(
            "STATUS_BANTUAN",
            coded({"BELUM": ("BELUM DIBANTU",), "PROSES": ("DALAM PROSES",), "SELESAI": ("SUDAH", "SUDAH DIBANTU")}),
            "Status bantuan",
            "State of the aid",
            example="BELUM",
        ),
        Field("TAHUN", year(), "Tahun bantuan", "Year of the aid", required=False, nullable=True, example="2018"),
    ),
    derived=(Derived(("KODE_KECAMATAN", "KODE_DESA"), _placed, ("KODE_KABUPATEN", NEAREST)),),
    derived_place="KODE_KECAMATAN",
    mends=(card_in_place_of_nik("NIK", "NO_KK"),),
    rules=(
        nik_is_no_card("NIK"),
        RowRule(
            REGENCY_NOT_FOUND,
            "KABUPATEN",
            lambda _: pl.col("KABUPATEN").is_not_null() & pl.col("KODE_KABUPATEN").is_null(),
            value=NEAREST,
        ),
        RowRule(
            DISTRICT_NOT_FOUND,
            "KECAMATAN",
            lambda _: (
                pl.col("KECAMATAN").is_not_null()
                & pl.col("KODE_KABUPATEN").is_not_null()
                & pl.col("KODE_KECAMATAN").is_null()
            ),
            value=NEAREST,
        ),
        RowRule(
            VILLAGE_NOT_FOUND,
            "DESA",
            lambda _: pl.col("KODE_KECAMATAN").is_not_null() & pl.col("KODE_DESA").is_null(),
            "warning",
            "the kecamatan is known, so the household is placed there (ruling 7)",
            NEAREST,
        ),
        year_not_in_future("TAHUN"),
    ),
)
