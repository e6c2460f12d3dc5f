"""Contract of BPS: published poverty indicators by region and survey (Susenas)."""

from __future__ import annotations

import polars as pl

from validations.contract import Contract, Field
from validations.field_types import coded, decimal, region_code, rupiah, text, year
from validations.indicators import unlike_history
from validations.messages import Message
from validations.rules import RowRule, number_of, year_of

SHARE_INVALID = Message(
    "share_invalid", "{column} “{value}” bukan persentase 0–100.", "{column} “{value}” is no percentage from 0 to 100."
)
NEGATIVE = Message("negative_number", "{column} tidak boleh negatif.", "{column} must not be negative.")
PERIOD_AFTER_DELIVERY = Message(
    "period_after_delivery",
    "Periode survei sesudah tanggal kiriman.",
    "The survey's period is later than the delivery.",
)
NOT_PUBLISHED = "not every figure of every survey was published; what was, stands"


def _figure(column: str, kind, title_id: str, title_en: str, example: str) -> Field:
    return Field(column, kind, title_id, title_en, nullable=True, example=example, why_empty=NOT_PUBLISHED)


def _optional(column: str, title_id: str, title_en: str, example: str) -> Field:
    return Field(column, decimal(share=True), title_id, title_en, required=False, nullable=True, example=example)


SOURCE = "bps_kemiskinan"
FIGURES = ("JUMLAH_MISKIN", "PERSENTASE", "GARIS_KEMISKINAN", "P1", "P2")
_PERIOD = "tahun || case bulan when 'MARET' then '-03' else '-09' end"

KEMISKINAN = Contract(
    source=SOURCE,
    title_id="Indikator kemiskinan (Susenas)",
    title_en="Indicators of poverty (Susenas)",
    key=("KODE_BPS", "TAHUN", "BULAN"),
    fields=(
        Field("KODE_BPS", region_code(), "Kode wilayah BPS", "Region's code", example="3601"),
        Field("WILAYAH", text(), "Nama wilayah", "Region's name", example="PANDEGLANG"),
        Field("TAHUN", year(), "Tahun", "Year", example="2019"),
        Field(
            "BULAN",
            coded({"MARET": ("MAR", "3", "03"), "SEPTEMBER": ("SEP", "SEPT", "9", "09")}),
            "Bulan survei",
            "Month of the survey",
            example="MARET",
        ),
        _figure("JUMLAH_MISKIN", decimal(), "Penduduk miskin (ribu jiwa)", "Poor people (thousands)", "114,09"),
        _figure("PERSENTASE", decimal(share=True), "Penduduk miskin (%)", "Poor people (%)", "9,42"),
        _figure(
            "GARIS_KEMISKINAN",
            rupiah(),
            "Garis kemiskinan (Rp per kapita per bulan)",
            "Poverty line (rupiah per head and month)",
            "315.000",
        ),
        _optional("P1", "Indeks kedalaman kemiskinan", "Poverty gap index", "1,25"),
        _optional("P2", "Indeks keparahan kemiskinan", "Poverty severity index", "0,28"),
    ),
    rules=(
        RowRule(SHARE_INVALID, "PERSENTASE", lambda _: ~number_of("PERSENTASE").is_between(0, 100)),
        RowRule(NEGATIVE, "JUMLAH_MISKIN", lambda _: number_of("JUMLAH_MISKIN") < 0),
        RowRule(
            PERIOD_AFTER_DELIVERY,
            "TAHUN",
            lambda delivered: (
                pl.concat_str(
                    year_of("TAHUN"), pl.col("BULAN").replace_strict({"MARET": "-03", "SEPTEMBER": "-09"}, default=None)
                )
                > str(delivered)[:7]
            ),
            "warning",
            "figures of later surveys are added to the same workbook; the table says of when each is",
        ),
    ),
    set_rules=tuple(rule for figure in FIGURES for rule in unlike_history(SOURCE, figure, "kode_bps", _PERIOD)),
)
