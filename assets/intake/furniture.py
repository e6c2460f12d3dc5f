"""Rows that are no data: blanks, repeated headers, totals, notes (ruling 8). Told by their shape; what is doubtful
is data.
"""

from __future__ import annotations

from collections import Counter

import polars as pl

from assets.intake.parsed import Header, ParsedFile
from validations.contract import Contract, header_key

_TOTAL = r"^\s*(?:JUMLAH|TOTAL|SUB\s*-?\s*TOTAL|SUB\s*JUMLAH|GRAND\s*TOTAL)\b"
_NOTE = r"^\s*(?:SUMBER|CATATAN|KETERANGAN|KET\b|NB\b|DICETAK|MENGETAHUI|\*)"
_KEY_LIKE = r"^\S*\d\S*$"
_NUMBER = r"(\d{1,3}(?:[.,]\d{3})+|\d+)\D*$"


def take_out(frame: pl.DataFrame, header: Header, contract: Contract, parsed: ParsedFile) -> pl.DataFrame:
    """The data rows of a frame of raw rows; what is furniture is counted in `parsed`, and totals noted."""
    kinds = frame.select(kind=_kind(header, contract), stated=_stated(header), row="_row_number")
    furniture = kinds.filter(pl.col("kind").is_not_null())
    if furniture.is_empty():
        return frame
    parsed.furniture += Counter(furniture["kind"].to_list())
    totals = furniture.filter((pl.col("kind") == "total") & pl.col("stated").is_not_null())
    parsed.stated_totals += list(totals.select("row", "stated").iter_rows())
    return frame.filter(kinds["kind"].is_null())


def _kind(header: Header, contract: Contract) -> pl.Expr:
    """`blank`, `header`, `total`, `note`, or null for data."""
    cells = [pl.col(name) for name in header.names]
    filled = pl.sum_horizontal(cell.is_not_null() for cell in cells)
    keys = [pl.col(name) for name in contract.key if name in header.match.positions]
    keyed = pl.all_horizontal(key.str.strip_chars().str.contains(_KEY_LIKE).fill_null(False) for key in keys)
    lead = pl.coalesce(cells).str.to_uppercase()
    few = max(3, len(cells) // 3)
    repeated = pl.sum_horizontal(
        _as_header(pl.col(name)) == header_key(header.delivered[position])
        for name, position in header.match.positions.items()
    )
    alone = (filled == 1) & cells[0].is_not_null()
    return (
        pl.when(filled == 0).then(pl.lit("blank"))
        .when(repeated >= max(2, len(header.match.positions) // 2)).then(pl.lit("header"))
        .when(keyed).then(None)
        .when(lead.str.contains(_TOTAL) & (filled <= few)).then(pl.lit("total"))
        .when(alone | (lead.str.contains(_NOTE) & (filled <= 2))).then(pl.lit("note"))
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


def _stated(header: Header) -> pl.Expr:
    """The number a total row states: that of its last filled cell."""
    last = pl.coalesce(pl.col(name) for name in reversed(header.names))
    return last.str.extract(_NUMBER, 1).str.replace_all(r"[.,]", "").cast(pl.Int64, strict=False)
