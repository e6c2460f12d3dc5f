"""Schemas of a verdict's tables: quarantine, warnings, repairs, deletions, and keys of quarantined rows."""

from __future__ import annotations

from typing import Any

import polars as pl

from validations.messages import MOST_CHARACTERS, Message

QUARANTINE: dict[str, Any] = {
    "delivery_id": pl.String,
    "source": pl.String,
    "file_name": pl.String,
    "row_number": pl.Int64,
    "column_name": pl.String,
    "check_name": pl.String,
    "message_id": pl.String,
    "message_en": pl.String,
    "raw_row": pl.String,
    "record_key": pl.String,
}
WARNINGS = REPAIRS = {**QUARANTINE, "original_value": pl.String, "new_value": pl.String}
DUPLICATES: dict[str, Any] = {"record_key": pl.String, "file_name": pl.String, "row_number": pl.Int64}
DELETIONS: dict[str, Any] = {
    "record_key": pl.String,
    "coverage_regency": pl.String,
    "file_name": pl.String,
    "row_number": pl.Int64,
    "row_hash": pl.String,
    "ended_on": pl.String,
}
"""Accepted rows that end their record (`validations.deletions`)."""
QUARANTINED_KEYS: dict[str, Any] = {"record_key": pl.String, "coverage_regency": pl.String}


def empty(schema: dict[str, Any]) -> pl.DataFrame:
    """An empty table of a schema."""
    return pl.DataFrame(schema=schema)


Value = pl.Expr | tuple[pl.Expr, pl.Expr]
"""Replacement of `{value}`: a delivered value, or our own text in Indonesian and in English."""
NOT_QUOTED = (pl.lit("(tidak dikutip)"), pl.lit("(not quoted)"))
QUOTED_CHARACTERS = 60
"""Maximum length of a quoted value (our own text: `MOST_CHARACTERS`); a cell may hold 32,767."""
_NUMBER_OF_SOMEBODY = r"\d(?:[\s.,'’/\-]{0,2}\d){10,}"
"""Eleven digits or more: a NIK, KK or card number in any format. Village codes and most amounts are shorter."""


def sentences(
    message: Message, column: str, value: Value | None = None, allowed: tuple[str, str] = ("", "")
) -> list[pl.Expr]:
    """`check_name`, `message_id` and `message_en` for the rows of a message.

    `{value}` becomes each row's own value, shortened if long. For a value that looks like a personal number, only its
    kind is stated (ruling 41). `{allowed}` becomes the allowed values.
    """
    given = pl.lit("") if value is None else value
    said = given if isinstance(given, tuple) else (_quoted(given, "angka"), _quoted(given, "digits"))
    return [
        pl.lit(message.code).alias("check_name"),
        _filled(message.id, column, said[0], allowed[0]).alias("message_id"),
        _filled(message.en, column, said[1], allowed[1]).alias("message_en"),
    ]


def _quoted(value: pl.Expr, digits: str) -> pl.Expr:
    number = value.str.contains(_NUMBER_OF_SOMEBODY)
    kind = pl.format(f"({{}} {digits})", value.str.count_matches(r"\d"))
    return pl.when(number).then(kind).otherwise(_cut(value, QUOTED_CHARACTERS)).fill_null("")


def _cut(text: pl.Expr, characters: int) -> pl.Expr:
    return pl.when(text.str.len_chars() > characters).then(text.str.slice(0, characters) + "…").otherwise(text)


def _filled(template: str, column: str, value: pl.Expr, allowed: str) -> pl.Expr:
    shown = allowed if len(allowed) <= MOST_CHARACTERS else allowed[:MOST_CHARACTERS] + "…"
    before, *after = template.replace("{column}", column).replace("{allowed}", shown).split("{value}")
    if not after:
        return pl.lit(before)
    return pl.concat_str([pl.lit(before), _cut(value, MOST_CHARACTERS).fill_null(""), pl.lit("".join(after))])
