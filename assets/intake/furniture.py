"""Finds furniture, rows that are not data: blanks, repeated headers, column numbers, totals, notes, cells beside the
table (rulings 8 and 32). Recognised by their shape; a doubtful row is data.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import product
from string import ascii_uppercase

import polars as pl

from assets.intake.parsed import HEADER_CHANGES, Header, ParsedFile
from assets.intake.shown import listed
from validations.contract import NUMBERED, Contract
from validations.messages import Refusal
from validations.rows import FILE_CUT, NUL_BYTE

_AVERAGE = r"^\s*RATA\s*-?\s*RATA\b"
_TOTAL = rf"^\s*(?:JUMLAH|JML|JLH|TOTAL|SUB\s*-?\s*TOTAL|SUB\s*-?\s*(?:JUMLAH|JML)|GRAND\s*TOTAL)\b|{_AVERAGE}"
_NOTE = r"^\s*(?:(?:SUMBER|CATATAN|KETERANGAN|KET|NB|DICETAK|MENGETAHUI)\b|\*)"
CLOSING = (
    r"^\s*\(?\s*([0-9][0-9.,]*)\s+(?:ROW|RECORD|BARIS|DATA)(?:S|\(S\))?"
    r"(?:\s+[A-Z ]+)?(?:,\s*[0-9]+ WARNINGS?\s*)?(?:\([0-9.,]+ SEC\))?\s*\)?\s*\.?\s*$"
)
"""Closing line of a database client, matched in upper case: `12 rows selected.`, `(12 rows)`, `12 rows in set`."""
_COLUMN_NUMBER = r"^\s*(?:KOLOM|KOL|NO)?[.\s]*[(\[-]?\s*([0-9]{1,3}|[A-Z]{1,8})(?:[.,]0+)?\s*[)\].-]?\s*(?:=.*)?$"
_LETTERS = {
    f"{first}{second}": at
    for at, (first, second) in enumerate(product(["", *ascii_uppercase], ascii_uppercase), start=1)
}
"""Letters that number columns, as in a spreadsheet: A, ..., Z, AA, ..."""
_ROMANS = {
    f"{hundreds}{tens}{ones}": at
    for at, (hundreds, tens, ones) in enumerate(
        product(
            ["", "C", "CC"],
            ["", "X", "XX", "XXX", "XL", "L", "LX", "LXX", "LXXX", "XC"],
            ["", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"],
        )
    )
    if at
}
_SAYS = r"[^\s;,|\"]"
_UNDER_HEADER = 3
"""A row of column numbers is at most this many rows below a header."""
_A_VALUE = r"^[\d\s.,/-]*\d[\d\s.,/-]*$|\d{5}"
"""A number, a date or a code: no heading."""
_KEY_LIKE = r"^\S*\d\S*$"
_NUMBER = r"(?:^|[:=])\s*\(?\s*([0-9]{1,3}(?:[.,][0-9]{3})+|[0-9]{1,12})(?:[.,]0+)?(?:[^\d.,][^\d]*|\.)?$"
"""A number in a cell of its own or after `:`. One within a text may be part of a name: `JUMLAH KEC. SUMUR 1`."""
_DASHES = r"^[-=_+|\s]*$"
_DASH = r"[-=_]{3}"
_ENUMERATOR = r"^\s*\(?(?:[A-Z]|[IVXL]+|[0-9]{1,2})\s*[.):]?\s*$"
_REGION = r"^\s*(?:PROVINSI|PROV|KABUPATEN|KAB|KOTA|KECAMATAN|KEC|KELURAHAN|KEL|DESA|WILAYAH)\b"
_PLACE_AND_DAY = r"^\s*[A-Z][A-Z .]*,\s*(?:TANGGAL\s*)?[0-9. ]{0,3}\s*[A-Z]+\s+[0-9]{4}\s*$"
_SIGNED = (
    r"^\s*(?:MENGETAHUI|MENYETUJUI|DIKETAHUI|NIP\b|"
    r"(?:(?:A\.?N|PLT|PLH|PJ)\b[.\s]*)?"
    r"(?:KEPALA\s+(?:DINAS|BIDANG|SEKSI|SUB|BADAN|KANTOR|UPT|BAGIAN|DESA)|SEKRETARIS|CAMAT|LURAH)\b)"
)
"""What only the signatures below a table say; the names between such lines are known by their place."""
_SUMS = ("integer", "decimal", "rupiah")
"""Column types in which a total row has the sum of the column, not a count of rows."""


def take_out(frame: pl.DataFrame, header: Header, contract: Contract, parsed: ParsedFile) -> pl.DataFrame:
    """Return the data rows of a frame of raw rows; count furniture and store stated totals in `parsed`.

    A row whose key looks like a key is data and not checked further, unless it numbers the columns.

    Raises:
        Refusal: a header within the table has other columns, or the same in another order (ruling 40).
    """
    is_doubtful = frame.select(~_keyed(header, contract) & pl.col("_problem").ne_missing(NUL_BYTE.code)).to_series()
    doubtful = frame.filter(is_doubtful)
    kinds = doubtful.select("_row_number", kind=_kind(header, contract), stated=_stated(header, contract))
    signed = _signatures(doubtful, kinds["kind"], frame["_row_number"].filter(~is_doubtful), header, contract)
    is_signed = pl.col("_row_number").is_in(signed.implode())
    kinds = kinds.with_columns(kind=pl.when(is_signed).then(pl.lit("note")).otherwise("kind"))
    repeated = doubtful.filter(kinds["kind"] == "header")
    _hold_to_first(repeated, header, contract)
    numbers = _column_numbers(frame, header, [header.row, *repeated["_row_number"]])
    furniture = pl.concat(
        [
            kinds.filter(pl.col("kind").is_not_null() & ~pl.col("_row_number").is_in(numbers.implode())),
            numbers.to_frame().with_columns(kind=pl.lit("column_numbers"), stated=pl.lit(None, pl.Int64)),
        ]
    )
    if furniture.is_empty():
        return frame
    parsed.furniture += Counter(furniture["kind"].to_list())
    totals = furniture.filter((pl.col("kind") == "total") & pl.col("stated").is_not_null())
    parsed.stated_totals += list(totals.select("_row_number", "stated").iter_rows())
    return frame.join(furniture, on="_row_number", how="anti", maintain_order="left")


def _keyed(header: Header, contract: Contract) -> pl.Expr:
    """Whether every key column has a token with a digit and without blanks."""
    keys = [pl.col(name) for name in contract.key if name in header.match.positions]
    return pl.all_horizontal(key.str.strip_chars().str.contains(_KEY_LIKE).fill_null(False) for key in keys)


def _kind(header: Header, contract: Contract) -> pl.Expr:
    """Kind of a row without a key: `blank`, `dashes`, `header`, `total`, `beside`, `note`, or null for data.

    A short line at the end of the file is a note or a total only by its first word: it may be a row that was cut off.
    A row with cells only in columns without a heading is not part of the table.
    """
    cells = [pl.col(name) for name in header.names]
    headed = [cell for cell, heading in zip(cells, header.delivered, strict=True) if heading.strip()]
    filled, inside = (pl.sum_horizontal(cell.is_not_null() for cell in some) for some in (cells, headed))
    anywhere, lead = (pl.coalesce(some).str.to_uppercase() for some in (cells, headed))
    whole, few = pl.col("_problem").ne_missing(FILE_CUT.code), max(3, len(cells) // 3)
    contracted = [pl.col(name).is_not_null() for name in header.names[1:] if name in header.match.positions]
    alone = (inside == 1) & ~pl.any_horizontal(False, *contracted)
    aside = alone & ~lead.str.contains(_KEY_LIKE) & whole
    line = pl.col("_line").fill_null("")
    dashes = pl.all_horizontal(cell.str.contains(_DASHES).fill_null(True) for cell in cells)
    return (
        pl.when((filled == 0) & (line.str.strip_chars() == "")).then(pl.lit("blank"))
        .when((filled == 0) & whole & ~line.str.contains(_SAYS)).then(pl.lit("blank"))
        .when((filled == 0) & whole).then(pl.lit("beside"))
        .when(_numbered_in_advance(header) & (filled == 1) & whole).then(pl.lit("blank"))
        .when(dashes & pl.any_horizontal(cell.str.contains(_DASH) for cell in cells)).then(pl.lit("dashes"))
        .when(_names_columns(cells, header, contract)).then(pl.lit("header"))
        .when(anywhere.str.contains(_TOTAL) & (inside <= few)).then(pl.lit("total"))
        .when(_line_of(header).str.contains(CLOSING)).then(pl.lit("total"))
        .when((inside == 0) & (filled > 0)).then(pl.lit("beside"))
        .when(aside | (_two_cell_heading(header) & (inside == 2) & whole)).then(pl.lit("note"))
        .when(lead.str.contains(_NOTE) & (inside <= 2)).then(pl.lit("note"))
        .otherwise(None)
    )  # fmt: skip


def _numbered_in_advance(header: Header) -> pl.Expr:
    """Whether a row may have only its running number, in a first column that is not of the contract."""
    first = header.names[0]
    if first in header.match.positions:
        return pl.lit(False)
    return pl.col(first).str.contains(r"^\s*[0-9]{1,6}\.?\s*$").fill_null(False)


def _line_of(header: Header) -> pl.Expr:
    """A row as one text: a comma may have divided the closing line of a client."""
    return pl.concat_str(header.names, separator=",", ignore_nulls=True).str.to_uppercase()


def _two_cell_heading(header: Header) -> pl.Expr:
    """Whether the first two cells are a group's heading: `A.` and `KECAMATAN SUMUR`. A number in a column of the
    contract is none: it may be a code.
    """
    if len(header.names) < 2:
        return pl.lit(False)
    first, second = (pl.col(name).str.to_uppercase() for name in header.names[:2])
    wanted = header.names[0] in header.match.positions
    count = first.str.contains(_ENUMERATOR) & ~(first.str.contains(r"\d") & wanted)
    return (count & second.str.contains(_REGION)).fill_null(False)


def _signatures(
    doubtful: pl.DataFrame, kinds: pl.Series, data: pl.Series, header: Header, contract: Contract
) -> pl.Series:
    """`_row_number` of the signatures below the table: rows of one or two cells without a key, from the first with a
    place and day, an office or a NIP. No data row follows them, not even one that lost its key.
    """
    cells = [pl.col(name).str.to_uppercase() for name in header.names]
    keys = [pl.col(name).str.strip_chars() for name in contract.key if name in header.match.positions]
    says = {"office": _SIGNED, "begins": f"{_SIGNED}|{_PLACE_AND_DAY}", "says": r"\S"}
    rows = doubtful.select(
        "_row_number",
        *(pl.sum_horizontal(cell.str.contains(what) for cell in cells).alias(name) for name, what in says.items()),
        keyed=pl.any_horizontal(key.str.contains(_KEY_LIKE).fill_null(False) for key in keys),
        cut=pl.col("_problem").eq_missing(FILE_CUT.code),
        kind=kinds,
    ).with_columns(short=(pl.col("says") <= 2) & ~pl.col("keyed") & ~pl.col("cut"))
    others = rows.filter(~pl.col("short") & pl.col("kind").is_null())["_row_number"]
    last = max(data.max() or 0, others.max() or 0)
    below = rows.filter(pl.col("_row_number") > last).filter((pl.col("begins") > 0).cum_max())
    return below.filter(pl.col("kind").is_null() & (below["office"] > 0).any())["_row_number"]


def _names_columns(cells: Sequence[pl.Expr], header: Header, contract: Contract) -> pl.Expr:
    """Whether a row is a header: half of the columns are named, or two are, one of them in another column's place, and
    no cell is a number. No data row has that: its cells may equal a heading by chance, but not two of them.
    """
    wanted = contract.headings
    said = [_as_header(cell) for cell in cells]
    named = pl.sum_horizontal(cell.is_in(list(wanted)).fill_null(False) for cell in said)
    own = [
        [heading for heading, name in wanted.items() if place in header.match.places(name)]
        for place in range(len(cells))
    ]
    stays = pl.sum_horizontal(cell.is_in(here).fill_null(False) for cell, here in zip(said, own, strict=True))
    number = pl.any_horizontal(cell.str.contains(_A_VALUE).fill_null(False) for cell in cells)
    half = max(2, len(header.match.positions) // 2)
    return (named >= half) | ((named >= 2) & (stays < named) & ~number)


def _as_header(cell: pl.Expr) -> pl.Expr:
    """`validations.contract.without_number`, as an expression."""
    return (
        cell.str.replace_all(r"[\s_]+", " ")
        .str.strip_chars()
        .str.strip_chars_end("*")
        .str.strip_chars()
        .str.to_uppercase()
        .str.replace(NUMBERED, "")
        .str.strip_chars()
    )


def _hold_to_first(repeated: pl.DataFrame, header: Header, contract: Contract) -> None:
    """Refuse a file if a repeated header differs from the first: the cells below it have another meaning."""
    different = repeated.unique(header.names, keep="first", maintain_order=True)
    for number, *row in different.select("_row_number", *header.names).iter_rows():
        if changed := _changed(row, header, contract):
            raise Refusal(HEADER_CHANGES, {"row": number, "columns": listed(changed)})


def _changed(row: Sequence[str | None], header: Header, contract: Contract) -> list[str]:
    """The contract's columns whose position in a repeated header differs from the first. A column that the repeated
    header leaves blank is not changed.
    """
    first, again = header.match, contract.match(row)
    moved = [name for name in again.positions if not set(again.places(name)) <= set(first.places(name))]
    renamed = [name for name, at in first.positions.items() if (row[at] or "").strip() and name not in again.positions]
    return [*moved, *renamed]


def _column_numbers(frame: pl.DataFrame, header: Header, headers: list[int]) -> pl.Series:
    """`_row_number` of the rows below a header that number its columns in steps of one: `1`, `(2)`, `3=1+2`, `-4` (what
    a spreadsheet makes of `(4)`), or by letters or Roman numerals from the first.
    """
    below = [number + step for number in headers for step in range(1, _UNDER_HEADER + 1)]
    cells = [pl.col(name) for name in header.names]
    filled = pl.sum_horizontal(cell.is_not_null() for cell in cells)
    found = [cell.str.to_uppercase().str.extract(_COLUMN_NUMBER, 1) for cell in cells]
    numbered = pl.all_horizontal(
        cell.is_null() | number.is_not_null() for cell, number in zip(cells, found, strict=True)
    )
    near = frame.filter(pl.col("_row_number").is_in(below)).filter(numbered)
    if near.is_empty():
        return near["_row_number"]
    named = len(header.match.positions)
    by_digits = _in_steps([cell.cast(pl.Int32, strict=False) for cell in found], filled, None)
    by_words = [
        _in_steps([cell.replace_strict(words, default=None, return_dtype=pl.Int32) for cell in found], filled, 1)
        for words in (_LETTERS, _ROMANS)
    ]
    many, nearly_all = max(min(3, len(cells)), named // 2), max(3, named - named // 5)
    counts = ((filled >= many) & by_digits) | ((filled >= nearly_all) & pl.any_horizontal(by_words))
    return near.filter(counts)["_row_number"]


def _in_steps(numbers: Sequence[pl.Expr], filled: pl.Expr, first: int | None) -> pl.Expr:
    """Whether every filled cell is a number, each one more than the one before; `first`: which is the first, if set."""
    row = pl.concat_list(numbers).list.drop_nulls()
    steps = row.list.diff(null_behavior="drop")
    counted = (row.list.len() == filled) & (steps.list.min() == 1) & (steps.list.max() == 1)
    return counted if first is None else counted & (row.list.first() == first)


def _stated(header: Header, contract: Contract) -> pl.Expr:
    """The count of rows that a total row states: its only number outside summed columns, else null."""
    sums = {field.name for field in contract.fields if field.type.name in _SUMS}
    numbers = [
        _number(pl.col(name).str.extract(_NUMBER, 1))
        for name, heading in zip(header.names, header.delivered, strict=True)
        if name not in sums and heading.strip()
    ]
    only = pl.sum_horizontal(number.is_not_null() for number in numbers) == 1
    closing = _number(_line_of(header).str.extract(CLOSING, 1))
    average = pl.coalesce(pl.col(name) for name in header.names).str.to_uppercase().str.contains(_AVERAGE)
    return pl.coalesce(closing, pl.when(only & ~average).then(pl.coalesce(numbers)))


def _number(digits: pl.Expr) -> pl.Expr:
    return digits.str.replace_all(r"[.,]", "").cast(pl.Int64, strict=False)
