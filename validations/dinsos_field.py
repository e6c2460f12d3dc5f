"""Contracts of Dinas Sosial's programme operations: the bank's payments, and companions' visits (form `kunjungan`)."""

from __future__ import annotations

import polars as pl

from validations.contract import Contract, Field
from validations.dinsos_forms import (
    ACCURACY_OF_POINT,
    CLOCK_RULES,
    OF_FAMILY,
    OF_SERVER,
    PARTICIPANTS,
    PHOTOGRAPHS,
    SYSTEM,
    TIMES,
    accuracy_field,
    companion_field,
    note_field,
    participant_field,
    place_field,
    unknown_participant,
    visit_date_field,
)
from validations.field_types import coded, date, integer, key_text, period, rupiah, yes_no
from validations.fields import listed
from validations.lists import HOUSE_CONDITION
from validations.messages import Message
from validations.rules import RowRule, SetRule, year_of

PAYMENTS, VISITS = "dinsos_penyaluran", "dinsos_kunjungan"

PAID_AFTER_DELIVERY = Message(
    "paid_after_delivery", "{column} sesudah tanggal kiriman.", "{column} is later than the date of the delivery."
)
PERIOD_AFTER_PAYMENT = Message(
    "period_after_payment",
    "Tahun PERIODE sesudah tahun TANGGAL_SALUR.",
    "The year of PERIODE is later than that of TANGGAL_SALUR.",
)
PAID_TWICE = Message(
    "paid_twice",
    "Peserta ini dibayar lebih dari sekali untuk periode yang sama ({value} transaksi berhasil).",
    "This participant was paid more than once for one period ({value} successful transactions).",
)
MORE_IN_SCHOOL = Message(
    "more_in_school_than_children",
    "Anak bersekolah ({value}) lebih banyak daripada anak usia sekolah.",
    "More children in school ({value}) than children of school age.",
)
VISITED_TWICE = Message(
    "visited_twice",
    "Keluarga ini dikunjungi pendamping yang sama lebih dari sekali pada satu hari ({value} formulir).",
    "One companion visited this family more than once on one day ({value} forms).",
)


PENYALURAN = Contract(
    source=PAYMENTS,
    title_id="Laporan penyaluran bank",
    title_en="The bank's report of payments",
    key=("NO_TRANSAKSI",),
    fields=(
        Field("NO_TRANSAKSI", key_text(), "Nomor transaksi", "Transaction's number", example="TRX20190100001"),
        Field("PROGRAM", coded({"PKH": (), "JAMSOSRATU": ("JSR",)}), "Program", "Programme", example="JAMSOSRATU"),
        Field("NO_PESERTA", key_text(), "Nomor peserta", "Participant's number", example="JSR360100001"),
        Field("PERIODE", period(), "Periode (tahun dan tahap)", "Period (year and stage)", example="2019-T1"),
        Field("JUMLAH", rupiah(), "Jumlah rupiah", "Amount in rupiah", example="Rp 437.500"),
        Field("TANGGAL_SALUR", date(), "Tanggal salur", "Date of payment", example="2019-03-15"),
        Field(
            "STATUS",
            coded({"BERHASIL": ("SUKSES", "SUCCESS"), "GAGAL": ("FAILED",), "RETUR": ("RETURN", "DIKEMBALIKAN")}),
            "Status",
            "Status",
            example="BERHASIL",
        ),
    ),
    rules=(
        RowRule(
            PAID_AFTER_DELIVERY,
            "TANGGAL_SALUR",
            lambda delivered: year_of("TANGGAL_SALUR").is_not_null() & (pl.col("TANGGAL_SALUR") > str(delivered)),
            "warning",
            "the bank reports orders ahead of their day (ruling 15)",
        ),
        RowRule(
            PERIOD_AFTER_PAYMENT,
            "PERIODE",
            lambda _: pl.col("PERIODE").str.extract(r"^(\d{4})-T") > year_of("TANGGAL_SALUR"),
            "warning",
            "a stage may be paid early, at the turn of the year",
        ),
    ),
    set_rules=(
        *(unknown_participant(programme, "NO_PESERTA", f"program = '{programme}'") for programme in PARTICIPANTS),
        SetRule(
            PAID_TWICE,
            "NO_TRANSAKSI",
            """
            select file_name, row_number, count(*) over (partition by program, no_peserta, periode) as value from rows
            where status = 'BERHASIL' qualify value > 1
            """,
            (),
            "warning",
            "both are the bank's word: the programme must ask which is right; nothing is dropped",
        ),
    ),
)

KUNJUNGAN = Contract(
    source=VISITS,
    title_id="Kunjungan pendamping (formulir ODK)",
    title_en="Companions' visits (ODK form)",
    key=("__id",),
    fields=(
        *SYSTEM,
        *TIMES,
        companion_field(),
        participant_field(),
        visit_date_field(),
        place_field(),
        accuracy_field(),
        Field(
            "pendapatan_bulanan",
            rupiah(),
            "Pendapatan sebulan",
            "Monthly income in rupiah",
            required=False,
            nullable=True,
            example="850000",
        ),
        Field(
            "anak_usia_sekolah",
            integer(0, 20),
            "Jumlah anak usia sekolah",
            "Children of school age",
            required=False,
            nullable=True,
            example="2",
        ),
        Field(
            "anak_bersekolah",
            integer(0, 20),
            "Jumlah anak bersekolah",
            "Children in school",
            required=False,
            nullable=True,
            example="2",
        ),
        Field(
            "ke_posyandu",
            yes_no(),
            "Balita dibawa ke posyandu",
            "Toddlers taken to the posyandu",
            required=False,
            nullable=True,
            example="yes",
        ),
        Field(
            "punya_usaha",
            yes_no(),
            "Memiliki usaha",
            "Runs a business",
            required=False,
            nullable=True,
            example="no",
        ),
        listed("kondisi_rumah", "Keadaan rumah", "State of the house", HOUSE_CONDITION),
        note_field(),
    ),
    mends=(ACCURACY_OF_POINT,),
    rules=(
        *CLOCK_RULES,
        RowRule(
            MORE_IN_SCHOOL,
            "anak_bersekolah",
            lambda _: (
                pl.col("anak_bersekolah").cast(pl.Int64, strict=False)
                > pl.col("anak_usia_sekolah").cast(pl.Int64, strict=False)
            ),
            "warning",
            "pupils over the age count for one companion and not for another; both numbers are kept",
        ),
    ),
    set_rules=(
        unknown_participant("JAMSOSRATU", "no_peserta"),
        SetRule(
            VISITED_TWICE,
            "no_peserta",
            """
            select file_name, row_number,
                count(*) over (partition by id_pendamping, no_peserta, tanggal_kunjungan) as value
            from rows qualify value > 1
            """,
            (),
            "warning",
            "a form sent again under another id: marts count the day once",
        ),
    ),
    passed_over=(*OF_SERVER, *OF_FAMILY, *PHOTOGRAPHS),
)
