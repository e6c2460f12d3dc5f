"""Text: agencies' own keys, names, free text, and numbers that are only labels (cards, school numbers)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl

from validations.field_types.base import Cell, FieldType, Finding, Profile, malformed
from validations.field_types.characters import bare, named, unquoted, upper
from validations.field_types.expressions import shared, unless
from validations.field_types.nik import SCIENTIFIC, has_its_form
from validations.limits import NAME_CHARACTERS
from validations.messages import Message

NAME_MALFORMED = Message("name_malformed", "{column} tidak memuat huruf.", "{column} holds no letter.")
NAME_TOO_LONG = Message(
    "name_too_long",
    f"{{column}} memuat lebih dari {NAME_CHARACTERS} karakter.",
    f"{{column}} holds more than {NAME_CHARACTERS} characters.",
)
DIGITS_MALFORMED = Message("digits_malformed", "{column} harus {length} angka.", "{column} must be {length} digits.")
DIGITS_PADDED = Message(
    "leading_zeros_restored",
    "Angka nol di depan {column} yang hilang dikembalikan.",
    "Leading zeros that {column} had lost were put back.",
)
KEY_LOST = Message(
    "key_lost_digits",
    "Angka pada {column} hilang: tertulis sebagai bilangan, dibulatkan atau berkoma. Simpan kolomnya sebagai teks.",
    "{column} has lost digits: it came as a number, rounded or with a fraction. Keep its column as text.",
)
KEY_SIGNS = Message(
    "key_signs_removed",
    "Titik, koma, tanda hubung atau spasi pada {column} dihapus.",
    "Dots, commas, dashes or blanks were removed from {column}.",
)
KEY_IS_NIK = Message(
    "key_looks_like_nik",
    "{column} berisi NIK, bukan nomor atau kode sumber ini. Periksa apakah kolomnya tertukar.",
    "{column} holds a NIK, not a number or code of this source. Check whether columns changed places.",
)
MOST_KEYS_ARE_NIKS = Message(
    "most_keys_look_like_niks",
    "Sebagian besar {column} di berkas ini adalah NIK: kolomnya tampaknya tertukar dengan kolom NIK.",
    "Most values of {column} in this file are NIKs: the column seems to have changed places with that of the NIK.",
)
_LOST = rf"{SCIENTIFIC}|^[+\-]?(?:\d+[.,]\d+|INFINITY|INF)$"
"""A number in scientific notation, with a fraction, or beyond any."""
_NUMBER = r"^\d[\d.,\s\-]*$"


def text() -> FieldType:
    """Free text: upper case, single blanks."""
    return FieldType("text", lambda raw, _: upper(raw), allowed_id="teks", allowed_en="text")


def address() -> FieldType:
    """An address, or a text part of it: text that messages do not quote."""
    return replace(text(), name="address", private=True)


def key_text(digits: bool = False) -> FieldType:
    """An agency's own number or code: upper case, single blanks, without a spreadsheet's apostrophe and `.0`, and
    without dots or blanks at its end. digits: it has digits only, so points, dashes and blanks are taken out of it.

    A number that lost digits, or has a fraction, is no key: null, and an error where a value is needed (ruling 4).
    """

    def key(raw: pl.Expr) -> pl.Expr:
        given = unquoted(bare(raw).str.strip_chars_end(". ")).str.to_uppercase()
        return shared(closed_up, given) if digits else given

    def closed_up(given: pl.Expr) -> pl.Expr:
        number = given.str.replace_all(r"[\s\-]", "").str.replace(r"^(\d+)[.,]0{1,2}$", "$1")
        return pl.when(given.str.contains(_NUMBER)).then(number).otherwise(given)

    def normalise(raw: pl.Expr, _: Profile) -> pl.Expr:
        return unless(r"^[A-Z]*[0-9]+$", raw, lambda other: shared(kept, key(other)))

    def kept(key: pl.Expr) -> pl.Expr:
        whole = pl.when(key.str.contains(_NUMBER)).then(key.str.replace_all(r"[.,]", "")).otherwise(key)
        return pl.when(~key.str.contains(_LOST)).then(whole if digits else key)

    def lost(cell: Cell) -> pl.Expr:
        return key(cell.valueless).str.contains(_LOST)

    def without_signs(cell: Cell) -> pl.Expr:
        return cell.value != unquoted(pl.when(cell.value != cell.raw).then(cell.raw)).str.to_uppercase()

    reason = "the row is about somebody all the same; what it refers to is unknown"
    return FieldType(
        "key",
        normalise,
        warnings=(
            Finding(KEY_LOST, lost, reason, only_if="valueless"),
            *(() if digits else (Finding(KEY_IS_NIK, lambda cell: has_its_form(cell.value), reason),)),
        ),
        repairs=(Finding(KEY_SIGNS, without_signs, only_if="changed"),),
        profile=None if digits else _niks,
        notices=() if digits else (("niks", MOST_KEYS_ARE_NIKS),),
        allowed_id="nomor atau kode",
        allowed_en="number or code",
    )


def _niks(column: pl.Series) -> dict[str, Any]:
    """`niks`: most values are built as a NIK. Keys of digits only may be so by chance and are not judged."""
    alike = column.to_frame("raw").select(has_its_form(pl.col("raw"))).to_series().sum()
    return {"niks": 2 * alike > column.count()}


def name() -> FieldType:
    """A person's name as delivered, upper case, single blanks. Titles and spellings are kept for identity."""
    return FieldType(
        "name",
        lambda raw, _: named(upper(raw)),
        errors=(
            Finding(NAME_MALFORMED, malformed(r"\p{L}")),
            Finding(NAME_TOO_LONG, lambda cell: cell.value.str.len_chars() > NAME_CHARACTERS),
        ),
        allowed_id=f"nama, paling sedikit satu huruf, paling banyak {NAME_CHARACTERS} karakter",
        allowed_en=f"a name, at least one letter, at most {NAME_CHARACTERS} characters",
        private=True,
    )


def fixed_digits(length: int) -> FieldType:
    """A label with a fixed number of digits; shorter ones get their lost leading zeros back (ruling 17).

    Zero alone is unchanged, and malformed.
    """

    def bare(raw: pl.Expr) -> pl.Expr:
        return shared(joined_digits, unquoted(raw))

    def joined_digits(given: pl.Expr) -> pl.Expr:
        joined = given.str.replace_all(r"[.\s\-]", "")
        fraction = given.str.contains(r"^\d+\.\d{1,2}$")  # joined, it would be another number
        return pl.when(joined.str.contains(r"^[0-9]+$") & ~fraction).then(joined).otherwise(given)

    def normalise(raw: pl.Expr, _: Profile) -> pl.Expr:
        return shared(padded, bare(raw))

    def padded(digits: pl.Expr) -> pl.Expr:
        short = digits.str.contains(rf"^\d{{1,{length - 1}}}$") & digits.str.contains(r"[1-9]")
        return pl.when(short).then(digits.str.zfill(length)).otherwise(digits)

    message = Message(
        DIGITS_MALFORMED.code,
        DIGITS_MALFORMED.id.replace("{length}", str(length)),
        DIGITS_MALFORMED.en.replace("{length}", str(length)),
    )
    return FieldType(
        "fixed_digits",
        normalise,
        errors=(Finding(message, malformed(rf"^\d{{{length}}}$")),),
        repairs=(Finding(DIGITS_PADDED, lambda cell: cell.value.str.len_bytes() > bare(cell.raw).str.len_bytes()),),
        allowed_id=f"{length} angka, disimpan sebagai teks",
        allowed_en=f"{length} digits, kept as text",
        whole=True,
    )
