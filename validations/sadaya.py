"""Contracts of completed forms: clerks' decisions (workbooks of `sadaya questions`), and outcomes of the rows of work
lists.
"""

from __future__ import annotations

import polars as pl

from validations.contract import Contract, Field
from validations.field_types import coded, date, key_text, text
from validations.fields import optional_text
from validations.messages import Message
from validations.rules import RowRule, SetRule, not_in_future
from validations.senders import SENDER

DECISIONS = {"SAMA": ("S", "YA"), "BEDA": ("B", "BUKAN", "TIDAK SAMA"), "TIDAK TAHU": ("RAGU", "BELUM TAHU")}
"""A clerk's decision on two records -> other spellings: one person, two people, no opinion."""

PAIR_ALTERED = Message(
    "pair_altered",
    "{column} bukan nomor pasangan kedua catatan di baris ini; sumber, kunci, dan peran tidak boleh diubah.",
    "{column} is not the number of the pair of records in this row; source, key and role must not be changed.",
)


def record_name(source: str, record_key: str, role: str) -> str:
    """SQL of the text that names a record's role. Takes SQL of its three parts."""
    return f"concat_ws(chr(31), {source}, {record_key}, {role})"


def pair_number(one: str, other: str) -> str:
    """SQL of the number of a pair of records, in either order. Takes SQL of their names (`record_name`)."""
    return f"'L' || upper(left(md5(least({one}, {other}) || chr(30) || greatest({one}, {other})), 16))"


def _stated(letter: str) -> str:
    return record_name(f"lower(sumber_{letter})", f"kunci_{letter}", f"lower(peran_{letter})")


def _side(letter: str, ordinal_id: str, ordinal_en: str, source: str, key: str, role: str) -> tuple[Field, ...]:
    return (
        Field(f"SUMBER_{letter}", text(), f"Sumber {ordinal_id}", f"Source of the {ordinal_en}", example=source),
        Field(f"KUNCI_{letter}", text(), f"Kunci {ordinal_id}", f"Key of the {ordinal_en}", example=key),
        Field(f"PERAN_{letter}", text(), f"Peran {ordinal_id}", f"Role in the {ordinal_en}", example=role),
    )


KEPUTUSAN = Contract(
    source="sadaya_keputusan",
    title_id="Keputusan petugas atas pasangan catatan",
    title_en="Clerks' decisions on pairs of records",
    key=("ID_PASANGAN",),
    fields=(
        Field("ID_PASANGAN", key_text(), "Nomor pasangan", "Number of the pair", example="L4DDEBE25EEABCD82"),
        *_side("A", "catatan pertama", "first record", "DINSOS_PKH", "PKH360100001", "MANAGER"),
        *_side("B", "catatan kedua", "second record", "DINSOS_JAMSOSRATU", "JSR360100001", "SELF"),
        Field(
            "KEPUTUSAN",
            coded(DECISIONS),
            "Keputusan: SAMA (satu orang), BEDA (dua orang), TIDAK TAHU; kosong bila belum diputuskan",
            "Decision: SAMA (one person), BEDA (two people), TIDAK TAHU (no opinion); empty if not decided yet",
            nullable=True,
            example="SAMA",
        ),
        Field(
            "TANGGAL_KEPUTUSAN", date(), "Tanggal keputusan", "Day of the decision", nullable=True, example="2019-10-20"
        ),
        Field("PETUGAS", text(), "Petugas yang memutuskan", "Clerk who decided", nullable=True, example="PETUGAS 07"),
        optional_text("CATATAN", "Catatan", "Note"),
    ),
    rules=(not_in_future("TANGGAL_KEPUTUSAN"),),
    set_rules=(
        SetRule(
            PAIR_ALTERED,
            "ID_PASANGAN",
            "select file_name, row_number, id_pasangan as value from rows"
            f" where id_pasangan <> {pair_number(_stated('a'), _stated('b'))}",
        ),
    ),
)

OUTCOMES = {
    "SELESAI": ("TUNTAS", "SUDAH SELESAI"),
    "PROSES": ("DIPROSES", "SEDANG DIPROSES"),
    "BUKAN TEMUAN": ("TIDAK BENAR", "DATA SALAH"),
    "TIDAK DITEMUKAN": ("TIDAK KETEMU",),
}
"""Outcome of a row of a work list -> other spellings: done, in progress, finding is wrong, household not found."""

ROW_NUMBER_ALTERED = Message(
    "row_number_altered",
    "{column} bukan nomor baris daftar kerja; nomor itu tidak boleh diubah.",
    "{column} is not the number of a row of a work list; it must not be changed.",
)
NOT_THE_SENDERS = Message(
    "not_the_senders_list",
    "{column} bukan baris daftar kerja instansi pengirim; nama berkas harus diawali kode instansi pemilik daftar,"
    " misalnya {value}-….xlsx.",
    "{column} is no row of a work list of the sending agency; the file's name must begin with the code of the agency"
    " whose list it is, such as {value}-….xlsx.",
)
_LISTS_AGENCY = "lower(split_part(id_baris, '_', 1))"
"""SQL of the agency that owns a row's list: the list's name begins with its code."""
_ROW_NUMBER = r"^[A-Z]+(_[A-Z0-9]+)+-[0-9A-F]{16}$"

TINDAK_LANJUT = Contract(
    source="sadaya_tindak_lanjut",
    title_id="Tindak lanjut atas baris daftar kerja",
    title_en="What became of the rows of work lists",
    key=("ID_BARIS",),
    fields=(
        Field(
            "ID_BARIS",
            key_text(),
            "Nomor baris daftar kerja (row_id)",
            "Number of the row of a work list (row_id)",
            synonyms=("ROW_ID",),
            example="DINDIK_NOT_IN_SCHOOL-9F86D081884C7123",
        ),
        Field(
            "HASIL",
            coded(OUTCOMES),
            "Hasil: SELESAI, PROSES, BUKAN TEMUAN (datanya keliru), TIDAK DITEMUKAN (keluarganya); kosong bila belum"
            " ada",
            "Outcome: SELESAI (done), PROSES (under way), BUKAN TEMUAN (the data are wrong), TIDAK DITEMUKAN (nobody"
            " found there); empty if there is none yet",
            nullable=True,
            synonyms=("OUTCOME",),
            example="SELESAI",
        ),
        Field(
            "TANGGAL_HASIL",
            date(),
            "Tanggal hasil",
            "Day of the outcome",
            nullable=True,
            synonyms=("OUTCOME_ON",),
            example="2019-10-20",
        ),
        Field(
            "PETUGAS",
            text(),
            "Petugas yang menindaklanjuti",
            "Officer who acted",
            nullable=True,
            synonyms=("OFFICER",),
            example="PETUGAS 07",
        ),
        optional_text("CATATAN", "Catatan", "Note"),
    ),
    rules=(
        not_in_future("TANGGAL_HASIL"),
        RowRule(ROW_NUMBER_ALTERED, "ID_BARIS", lambda _: ~pl.col("ID_BARIS").str.contains(_ROW_NUMBER)),
    ),
    set_rules=(
        SetRule(
            NOT_THE_SENDERS,
            "ID_BARIS",
            f"select file_name, row_number, {_LISTS_AGENCY} as value from judged"
            f" where regexp_matches(id_baris, '{_ROW_NUMBER}') and {SENDER} <> {_LISTS_AGENCY}",
            before_keys=True,
        ),
    ),
)
