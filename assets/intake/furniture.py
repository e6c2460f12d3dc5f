"""Rows that are no data: blanks, repeated headers, totals, notes (ruling 8). Told by their shape; what is doubtful
is data.
"""

from __future__ import annotations

from collections import Counter

import polars as pl

from assets.intake.parsed import Header, ParsedFile
from validations.contract import Contract, header_key
from validations.rows import FILE_CUT

_TOTAL = r"^\s*(?:JUMLAH|TOTAL|SUB\s*-?\s*TOTAL|SUB\s*JUMLAH|GRAND\s*TOTAL)\b"
_NOTE = r"^\s*(?:(?:SUMBER|CATATAN|KETERANGAN|KET|NB|DICETAK|MENGETAHUI)\b|\*)"
_KEY_LIKE = r"^\S*\d\S*$"
_NUMBER = r"(?:^|[^\d.,])(\d{1,3}(?:[.,]\d{3})+|\d{1,12})(?:[.,]0+)?[^\d]*$"
_SUMS = ("integer", "decimal", "rupiah")
"""In columns of these types a total row holds the sum of the column, not a count of rows."""


def take_out(frame: pl.DataFrame, header: Header, contract: Contract, parsed: ParsedFile) -> pl.DataFrame:
    """The data rows of a frame of raw rows; what is furniture is counted in `parsed`, and totals noted.

    A row whose key looks like one is data, and is not looked at further.
    """
    doubtful = frame.filter(~_keyed(header, contract))
    kinds = doubtful.select("_row_number", kind=_kind(header), stated=_stated(header, contract))
    furniture = kinds.filter(pl.col("kind").is_not_null())
    if furniture.is_empty():
        return frame
    parsed.furniture += Counter(furniture["kind"].to_list())
    totals = furniture.filter((pl.col("kind") == "total") & pl.col("stated").is_not_null())
    parsed.stated_totals += list(totals.select("_row_number", "stated").iter_rows())
    return frame.join(furniture, on="_row_number", how="anti", maintain_order="left")


def _keyed(header: Header, contract: Contract) -> pl.Expr:
    """Whether every key column holds a token with a digit and without blanks."""
    keys = [pl.col(name) for name in contract.key if name in header.match.positions]
    return pl.all_horizontal(key.str.strip_chars().str.contains(_KEY_LIKE).fill_null(False) for key in keys)


def _kind(header: Header) -> pl.Expr:
    """`blank`, `header`, `total`, `note`, or null for data, of rows without a key.

    A line that ends short at the end of the file is a note or a total only by its first word: it may be a row cut off.
    """
    cells = [pl.col(name) for name in header.names]
    filled = pl.sum_horizontal(cell.is_not_null() for cell in cells)
    lead = pl.coalesce(cells).str.to_uppercase()
    few = max(3, len(cells) // 3)
    repeated = pl.sum_horizontal(
        _as_header(pl.col(name)) == header_key(header.delivered[position])
        for name, position in header.match.positions.items()
    )
    contracted = [pl.col(name).is_not_null() for name in header.names[1:] if name in header.match.positions]
    alone = (filled == 1) & ~pl.any_horizontal(False, *contracted)
    aside = alone & ~lead.str.contains(_KEY_LIKE) & pl.col("_problem").ne_missing(FILE_CUT.code)
    return (
        pl.when(filled == 0).then(pl.lit("blank"))
        .when(repeated >= max(2, len(header.match.positions) // 2)).then(pl.lit("header"))
        .when(lead.str.contains(_TOTAL) & (filled <= few)).then(pl.lit("total"))
        .when(aside | (lead.str.contains(_NOTE) & (filled <= 2))).then(pl.lit("note"))
        .otherwise(None)
    )  # fmt: skip


def _as_header(cell: pl.Expr) -> pl.Expr:
    """`validations.contract.header_key`, as an expression."""
    return (
        cell.str.replace_all(r"[\s_]+", " ")
        .str.strip_chars()
        .str.strip_chars_end("*")
        .str.strip_chars()
        .str.to_uppercase()
    )


def _stated(header: Header, contract: Contract) -> pl.Expr:
    """The count of rows that a total row states: its only number outside columns that are summed up, else null."""
    sums = {field.name for field in contract.fields if field.type.name in _SUMS}
    numbers = [
        pl.col(name).str.extract(_NUMBER, 1).str.replace_all(r"[.,]", "").cast(pl.Int64, strict=False)
        for name in header.names
        if name not in sums
    ]
    only = pl.sum_horizontal(number.is_not_null() for number in numbers) == 1
    return pl.when(only).then(pl.coalesce(numbers))
