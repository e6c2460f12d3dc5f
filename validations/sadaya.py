"""The contract of clerks' decisions: workbooks of questions (`sadaya questions`) that came back filled in."""

from __future__ import annotations

from validations.contract import Contract, Field
from validations.field_types import coded, date, key_text, text
from validations.fields import optional_text
from validations.rules import not_in_future

DECISIONS = {"SAMA": ("S", "YA"), "BEDA": ("B", "BUKAN", "TIDAK SAMA"), "TIDAK TAHU": ("RAGU", "BELUM TAHU")}
"""What a clerk may say of two records -> other spellings: one person, two people, no opinion."""


def _side(letter: str, ordinal_id: str, ordinal_en: str) -> tuple[Field, ...]:
    return (
        Field(f"SUMBER_{letter}", text(), f"Sumber {ordinal_id}", f"Source of the {ordinal_en}", example="DINSOS_PKH"),
        Field(f"KUNCI_{letter}", text(), f"Kunci {ordinal_id}", f"Key of the {ordinal_en}", example="PKH360100001"),
        Field(f"PERAN_{letter}", text(), f"Peran {ordinal_id}", f"Role in the {ordinal_en}", example="MANAGER"),
    )


KEPUTUSAN = Contract(
    source="sadaya_keputusan",
    title_id="Keputusan petugas atas pasangan catatan",
    title_en="Clerks' decisions on pairs of records",
    key=("ID_PASANGAN",),
    fields=(
        Field("ID_PASANGAN", key_text(), "Nomor pasangan", "Number of the pair", example="L0123456789ABCDEF"),
        *_side("A", "catatan pertama", "first record"),
        *_side("B", "catatan kedua", "second record"),
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
)
