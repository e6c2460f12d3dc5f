"""Numbers that count or measure: whole numbers, years, stages, rupiah, decimals. Canonical: digits, a point if any."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from validations.field_types.base import Cell, FieldType, Finding, Profile, malformed
from validations.field_types.characters import bare, unquoted, upper
from validations.field_types.expressions import shared
from validations.messages import Message

NUMBER_INVALID = Message(
    "number_invalid",
    "{column} harus bilangan bulat {low}–{high}, bukan “{value}”.",
    "{column} must be a whole number from {low} to {high}, not “{value}”.",
)
MONEY_INVALID = Message(
    "money_invalid",
    "{column} “{value}” bukan jumlah rupiah yang sah. Yang diterima: {allowed}.",
    "{column} “{value}” is not a valid amount of rupiah. Allowed: {allowed}.",
)
DECIMAL_INVALID = Message(
    "decimal_invalid",
    "{column} “{value}” bukan angka. Yang diterima: {allowed}.",
    "{column} “{value}” is not a number. Allowed: {allowed}.",
)
OUTLIER = Message(
    "outlier_no_number",
    "{column} berisi “Outlier”; dicatat tanpa angka.",
    "{column} says `Outlier`; noted without a number.",
)
DECIMAL = r"^-?\d+(?:\.\d+)?$"


def whole_number(raw: pl.Expr) -> pl.Expr:
    """Digits of a whole number without blanks, apostrophe, `.0` and leading zeros; any other text unchanged."""

    def number(given: pl.Expr) -> pl.Expr:
        joined = given.str.replace_all(r"\s", "")
        digits = joined.str.contains(r"^\d+$")
        return pl.when(digits).then(joined.str.replace(r"^0+(\d)", "$1")).otherwise(given)

    return shared(number, unquoted(raw))


def integer(low: int, high: int) -> FieldType:
    """A whole number within a range, both ends included."""
    places = {"{low}": str(low), "{high}": str(high)}

    def filled(sentence: str) -> str:
        for place, number in places.items():
            sentence = sentence.replace(place, number)
        return sentence

    def outside(cell: Cell) -> pl.Expr:
        number = cell.value.str.extract(r"^(\d{1,9})$").cast(pl.Int64, strict=False)
        return cell.value.is_not_null() & ~number.is_between(low, high).fill_null(False)

    message = Message(NUMBER_INVALID.code, filled(NUMBER_INVALID.id), filled(NUMBER_INVALID.en))
    return FieldType(
        "integer",
        lambda raw, _: whole_number(raw),
        errors=(Finding(message, outside),),
        allowed_id=f"{low}–{high}",
        allowed_en=f"{low}–{high}",
    )


def year() -> FieldType:
    """A calendar year of four digits."""
    return integer(1900, 2100)


def decile() -> FieldType:
    """A tenth of the population by welfare, 1 the poorest: a number that is a code."""
    return replace(integer(1, 10), coded=True)


def phase() -> FieldType:
    """One of the four payment stages of a year."""
    return integer(1, 4)


def rupiah() -> FieldType:
    """An amount of money in whole rupiah, as digits. `Rp1.250.000,-`, `1.250.000,00` and `1250000` are equal."""

    def normalise(raw: pl.Expr, _: Profile) -> pl.Expr:
        given = bare(raw).str.to_uppercase()
        return shared(whole, given, given.str.replace(r"^RP\.?\s*", "").str.replace(r",(?:0{1,2}|-+)$", ""))

    def whole(given: pl.Expr, stated: pl.Expr) -> pl.Expr:
        amount = stated.str.replace(r"^(\d+)\.0$", "$1")
        grouped = amount.str.contains(r"^\d{1,3}(?:[.,\s]\d{3})+$")
        plain = amount.str.replace(r"^(\d+)\.0{1,2}$", "$1").str.replace_all(r"\s", "")
        digits = pl.when(grouped).then(amount.str.replace_all(r"[.,\s]", "")).otherwise(plain)
        return pl.when(digits.str.contains(r"^\d+$")).then(digits.str.replace(r"^0+(\d)", "$1")).otherwise(given)

    return FieldType(
        "rupiah",
        normalise,
        errors=(Finding(MONEY_INVALID, malformed(r"^\d{1,15}$")),),
        allowed_id="Rp 1.250.000, 1.250.000,00, atau 1250000",
        allowed_en="Rp 1.250.000, 1.250.000,00, or 1250000",
    )


def decimal(share: bool = False) -> FieldType:
    """A decimal number with comma, point or colon; `Outlier` means no number, with a warning.

    share: in per cent, so that `5,09 %` is 5.09 (ruling 35).
    """

    def is_outlier(raw: pl.Expr) -> pl.Expr:
        return upper(raw) == "OUTLIER"

    def normalise(raw: pl.Expr, _: Profile) -> pl.Expr:
        given = bare(raw).str.replace(r"(\d) ?%$", "$1") if share else bare(raw)
        pointed = given.str.replace(r"^([+-]?\d+)\s*[,:]\s*(\d+)$", "$1.$2").str.replace(r"^\+(\d)", "$1")
        return pl.when(is_outlier(raw)).then(None).otherwise(pointed)

    return FieldType(
        "decimal",
        normalise,
        errors=(Finding(DECIMAL_INVALID, malformed(DECIMAL)),),
        warnings=(
            Finding(
                OUTLIER,
                lambda cell: is_outlier(cell.valueless),
                "e-PPGBM writes the word where it has no number",
                only_if="valueless",
            ),
        ),
        allowed_id="12,5 atau 12.5" + (", juga 12,5 %" if share else ""),
        allowed_en="12,5 or 12.5" + (", also 12,5 %" if share else ""),
    )
