"""Workbooks for agencies, written column by column.

xlsxwriter makes the workbook with its sheets, styles and headings; Polars computes the rows as XML, because writing
cell by cell takes some twenty times as long. Every text is a string cell, so that no formula can run and a number
stored as text stays text.
"""

from __future__ import annotations

import io
import math
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import xlsxwriter
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

MOST_ROWS = 1_000_000
"""Rows of one sheet; Excel holds 1,048,576."""
LONGEST = 32_767
"""Characters of one cell."""
_SLICE = 50_000
_LINE_HEIGHT, _MOST_FOLDS = 15, 27
"""Height of a line in points, and the largest number of lines in a row."""
_NARROWEST, _WIDEST, _MEASURED = 8, 60, 2_000
_COMPRESSION = 1
_UNWRITABLE = r"[\x00-\x08\x0B\x0C\x0E-\x1F\x{FFFE}\x{FFFF}]"
_SPACE = r"^\s|\s$|\s\s|[\t\n\r]"
_SPECIAL = r"[\x00-\x08\x0B-\x1F\x{FFFE}\x{FFFF}&<>]|_x"
_NUMBER = "\0row"
_LIKE_AN_ESCAPE = r"_(x[0-9A-Fa-f]{4}_)"
_FORM = {"num_format": "@"}
_DATE = {"num_format": "yyyy-mm-dd"}
_HEAD = {"bold": True, "bg_color": "#DDEBF7", "border": 1, "num_format": "@"}
_EPOCH = date(1899, 12, 30)


@dataclass(frozen=True)
class Sheet:
    """A worksheet of a table. rows: at most `MOST_ROWS`."""

    title: str
    rows: pl.DataFrame


@dataclass(frozen=True)
class Page:
    """A worksheet of a few lines of text; the first `heads` lines are headings."""

    title: str
    lines: list[tuple[str, ...]]
    widths: tuple[int, ...]
    heads: int = 0


def write_workbook(path: Path, parts: Iterable[Sheet | Page]) -> None:
    """Write a workbook with these worksheets in this order.

    Raises:
        ValueError: a sheet has more rows than a worksheet holds.
    """
    parts = list(parts)
    if too_long := [part.title for part in parts if isinstance(part, Sheet) and part.rows.height > MOST_ROWS]:
        raise ValueError(f"sheet {too_long[0]} has more than {MOST_ROWS} rows")
    frame = zipfile.ZipFile(io.BytesIO(_frame(parts)))
    filled = {
        f"xl/worksheets/sheet{number}.xml": part.rows
        for number, part in enumerate(parts, start=1)
        if isinstance(part, Sheet)
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=_COMPRESSION) as target:
        for entry in frame.infolist():
            content = frame.read(entry)
            if entry.filename not in filled:
                target.writestr(entry, content, compresslevel=_COMPRESSION)
                continue
            with target.open(_entry(entry), "w") as file:
                for piece in _with_rows(content.decode(), filled[entry.filename]):
                    file.write(piece)


def _entry(entry: zipfile.ZipInfo) -> zipfile.ZipInfo:
    fresh = zipfile.ZipInfo(entry.filename, entry.date_time)
    fresh.compress_type = zipfile.ZIP_DEFLATED
    return fresh


def _frame(parts: list[Sheet | Page]) -> bytes:
    """The workbook without its rows. Each table has one pattern row, which has the styles of its cells."""
    made = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    with xlsxwriter.Workbook(made, options) as book:
        formats = {name: book.add_format(form) for name, form in (("text", _FORM), ("date", _DATE), ("head", _HEAD))}
        formats["wrapped"] = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
        for part in parts:
            sheet = book.add_worksheet(part.title)
            if isinstance(part, Sheet):
                _begin(sheet, part.rows, formats)
            else:
                _words(sheet, part, formats)
    return made.getvalue()


def _begin(sheet: Worksheet, rows: pl.DataFrame, formats: dict) -> None:
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, rows.height, rows.width - 1)
    last = f"{xl_col_to_name(rows.width - 1)}{rows.height + 1}"
    sheet.ignore_errors({"number_stored_as_text": f"A1:{last}"})
    widths = _widths(rows)
    for place, (name, kind) in enumerate(rows.schema.items()):
        sheet.set_column(place, place, widths[place])
        sheet.write_string(0, place, name, formats["head"])
        form = formats["date"] if kind.is_temporal() else formats["text"] if kind == pl.String else None
        sheet.write_number(1, place, 0, form)


def _widths(rows: pl.DataFrame) -> list[int]:
    """Width of each column in characters: what its first rows need, within limits; its heading with room for the
    filter.
    """
    first = rows.head(_MEASURED).select(pl.all().cast(pl.String, strict=False).str.len_chars().max().fill_null(0))
    longest = first.row(0) if rows.height else (0,) * rows.width
    return [
        min(max(len(name) + 3, characters + 1, _NARROWEST), _WIDEST)
        for name, characters in zip(rows.columns, longest, strict=True)
    ]


def _words(sheet: Worksheet, page: Page, formats: dict) -> None:
    for place, width in enumerate(page.widths):
        sheet.set_column(place, place, width)
    if page.heads:
        sheet.freeze_panes(page.heads, 0)
    for at, line in enumerate(page.lines):
        folds = max((_folds(text, width) for text, width in zip(line, page.widths, strict=False)), default=1)
        if folds > 1:  # not every spreadsheet adjusts the height of a row to its text
            sheet.set_row(at, min(folds, _MOST_FOLDS) * _LINE_HEIGHT)
        for place, text in enumerate(line):
            sheet.write_string(at, place, text[:LONGEST], formats["head" if at < page.heads else "wrapped"])


def _folds(text: str, width: int) -> int:
    """Lines that a text takes in a cell of so many characters; of a longer one a tenth is lost where words end."""
    parts = text.split("\n")
    return sum(1 if len(part) <= width else math.ceil(1.1 * len(part) / width) for part in parts)


def _with_rows(xml: str, rows: pl.DataFrame) -> Iterator[bytes | memoryview]:
    """The sheet's XML with the rows in place of its pattern row."""
    pattern = re.search(r'<row r="2".*?</row>', xml)
    if pattern is None:
        raise ValueError("the sheet has no pattern row")
    styles = dict.fromkeys(range(rows.width), "")
    for place, found in enumerate(re.finditer(r'<c r="[A-Z]+2"( s="\d+")?', pattern[0])):
        styles[place] = found[1] or ""
    last = f"{xl_col_to_name(rows.width - 1)}{rows.height + 1}"
    yield re.sub(r'<dimension ref="[^"]*"/>', f'<dimension ref="A1:{last}"/>', xml[: pattern.start()]).encode()
    for offset in range(0, rows.height, _SLICE):
        yield _xml(rows.slice(offset, _SLICE), offset + 2, styles)
    yield xml[pattern.end() :].encode()


def _xml(rows: pl.DataFrame, first: int, styles: dict[int, str]) -> memoryview:
    """The rows as `<row>` elements, numbered from `first`. A cell without a value is left out."""
    number = pl.int_range(first, first + pl.len()).cast(pl.String)
    spaced, special = _columns_with(rows, _SPACE, _SPECIAL)
    cells = [
        _cell(name, kind, xl_col_to_name(place), styles[place], name in spaced, name in special)
        for place, (name, kind) in enumerate(rows.schema.items())
    ]
    row = pl.concat_str(
        [pl.lit('<row r="'), pl.col(_NUMBER), pl.lit('">'), *cells, pl.lit("</row>")], ignore_nulls=True
    )
    return _bytes(rows.with_columns(number.alias(_NUMBER)).select(row).to_series())


def _columns_with(rows: pl.DataFrame, *patterns: str) -> list[set[str]]:
    """Per pattern the columns of text in which it occurs; asked of all columns in one query, since a query has a
    fixed price and most workbooks are small.
    """
    texts = [name for name, kind in rows.schema.items() if _is_text(kind)]
    asked = [
        pl.col(texts).cast(pl.String).str.contains(pattern).any().name.prefix(str(number))
        for number, pattern in enumerate(patterns)
        if texts
    ]
    found = rows.select(asked).row(0, named=True) if asked else {}
    return [{name for name in texts if found[f"{number}{name}"]} for number in range(len(patterns))]


def _is_text(kind: pl.DataType) -> bool:
    return not (kind == pl.Boolean or kind.is_numeric() or kind == pl.Date)


def _bytes(texts: pl.Series) -> memoryview:
    """All texts, none of them null, one after the other as UTF-8: as they lie in memory."""
    array = texts.rechunk().to_arrow().cast(pa.large_string())
    offsets = np.frombuffer(array.buffers()[1], dtype=np.int64, count=len(array) + 1, offset=8 * array.offset)
    return memoryview(array.buffers()[2])[offsets[0] : offsets[-1]]


@lru_cache(4096)
def _cell(name: str, kind: pl.DataType, letters: str, style: str, spaced: bool, special: bool) -> pl.Expr:
    """spaced: the column has spaces that XML would fold. special: it has characters that XML must have escaped.

    Kept, since all workbooks of an agency have the same columns.
    """
    begin, end, written = "><v>", "</v></c>", _written(pl.col(name), kind)
    if kind == pl.Boolean:
        begin = ' t="b"><v>'
    elif _is_text(kind):
        begin = f""" t="inlineStr"><is><t{' xml:space="preserve"' if spaced else ""}>"""
        end, written = "</t></is></c>", _escaped(written) if special else written
    return pl.concat_str(
        [pl.lit(f'<c r="{letters}'), pl.col(_NUMBER), pl.lit(f'"{style}{begin}'), written, pl.lit(end)]
    )


def _written(value: pl.Expr, kind: pl.DataType) -> pl.Expr:
    """A value as text; null where a cell cannot have it."""
    if kind == pl.Boolean:
        return value.cast(pl.Int8).cast(pl.String)
    if kind == pl.Date:
        return (value.cast(pl.Int32) - (_EPOCH - date(1970, 1, 1)).days).cast(pl.String)
    if kind.is_float():
        return pl.when(value.is_finite()).then(value).cast(pl.String)
    return value.cast(pl.String).str.slice(0, LONGEST) if _is_text(kind) else value.cast(pl.String)


def _escaped(text: pl.Expr) -> pl.Expr:
    """A text as XML holds it."""
    text = text.str.replace_all(_UNWRITABLE, "\N{REPLACEMENT CHARACTER}")
    text = text.str.replace_all(_LIKE_AN_ESCAPE, "_x005F_${1}").str.replace_all("\r", "_x000D_", literal=True)
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.str.replace_all(character, entity, literal=True)
    return text
