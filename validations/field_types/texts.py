"""Text: agencies' own keys, names, free text, and numbers that are only labels (cards, school numbers)."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from validations.field_types.base import FieldType, Finding, Profile, malformed
from validations.field_types.characters import named, unquoted, upper
from validations.field_types.expressions import shared
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


def text() -> FieldType:
    """Free text: upper case, single blanks."""
    return FieldType("text", lambda raw, _: upper(raw), allowed_id="teks", allowed_en="text")


def address() -> FieldType:
    """An address, or a text part of it: text that messages do not quote."""
    return replace(text(), name="address", private=True)


def key_text() -> FieldType:
    """An agency's own number or code: upper case, single blanks, without a spreadsheet's apostrophe and `.0`."""
    return FieldType(
        "key",
        lambda raw, _: unquoted(raw).str.to_uppercase(),
        allowed_id="nomor atau kode",
        allowed_en="number or code",
    )


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
