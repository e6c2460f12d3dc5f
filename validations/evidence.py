"""The shapes in which a verdict is written down: quarantine, warnings, repairs, deletions, and keys of what was
quarantined."""

from __future__ import annotations

from typing import Any

import polars as pl

from validations.messages import Message

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
    """A table of that shape without rows."""
    return pl.DataFrame(schema=schema)


def sentences(message: Message, column: str, value: pl.Expr) -> list[pl.Expr]:
    """`check_name`, `message_id` and `message_en` for the rows a message is said of; `{value}` becomes each row's
    own value.
    """
    return [
        pl.lit(message.code).alias("check_name"),
        _filled(message.id, column, value).alias("message_id"),
        _filled(message.en, column, value).alias("message_en"),
    ]


def _filled(template: str, column: str, value: pl.Expr) -> pl.Expr:
    before, *after = template.replace("{column}", column).split("{value}")
    if not after:
        return pl.lit(before)
    return pl.concat_str([pl.lit(before), value.fill_null(""), pl.lit("".join(after))])
