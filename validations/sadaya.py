"""The contract of clerks' decisions: workbooks of questions (`sadaya questions`) that came back filled in."""

from __future__ import annotations

from validations.contract import Contract, Field
from validations.field_types import coded, date, key_text, text
from validations.fields import optional_text
from validations.messages import Message
from validations.rules import SetRule, not_in_future

DECISIONS = {"SAMA": ("S", "YA"), "BEDA": ("B", "BUKAN", "TIDAK SAMA"), "TIDAK TAHU": ("RAGU", "BELUM TAHU")}
"""What a clerk may say of two records -> other spellings: one person, two people, no opinion."""

PAIR_ALTERED = Message(
    "pair_altered",
    "{column} bukan nomor pasangan kedua catatan di baris ini; sumber, kunci, dan peran tidak boleh diubah.",
    "{column} is not the number of the pair of records in this row; source, key and role must not be changed.",
)


def record_name(source: str, record_key: str, role: str) -> str:
    """SQL of the text that names a record's role. Given: SQL of its three parts."""
    return f"concat_ws(chr(31), {source}, {record_key}, {role})"


def pair_number(one: str, other: str) -> str:
    """SQL of the number of a pair of records, whichever comes first. Given: SQL of their names (`record_name`)."""
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
