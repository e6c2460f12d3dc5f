"""XLSX workbooks: the sheet and the header found by content, cells as text, numbers beyond a spreadsheet's
precision marked as such.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from xml.parsers.expat import ExpatError

import fastexcel
import polars as pl

from assets.intake.furniture import take_out
from assets.intake.landing import masked
from assets.intake.parsed import (
    COLUMNS_MISSING,
    EMPTY_FILE,
    HEADER_WITHIN,
    HTML_INSIDE,
    NO_ROWS,
    PART_ROWS,
    Header,
    ParsedFile,
    PartWriter,
    find_header,
    header_notices,
)
from assets.intake.precision import LONG_DIGITS, scientific
from assets.intake.sheet_bounds import bounded
from assets.intake.sheet_cells import Formulas, Told, dates_told, spelled_out
from assets.sources import Source, Workbook
from validations.contract import Contract
from validations.messages import Filled, Message, Refusal

PASSWORD = Message(
    "password_protected",
    "Buku kerja berkata sandi tidak dapat dibaca.",
    "A password-protected workbook cannot be read.",
)
OLD_XLS = Message(
    "old_xls", "Ini format XLS lama. Simpan ulang sebagai XLSX.", "This is the old XLS format. Save it again as XLSX."
)
NOT_XLSX = Message(
    "not_xlsx",
    "Berkas XLSX rusak atau terpotong dan tidak dapat dibuka.",
    "The XLSX file is damaged or cut off and cannot be opened.",
)
SHEET_MISSING = Message(
    "sheet_missing",
    "Lembar “{sheet}” tidak ada, dan tidak ada satu lembar pun (atau lebih dari satu) dengan kolom wajib.",
    "There is no sheet `{sheet}`, and none, or more than one, has the required columns.",
)
OTHER_SHEETS = Message(
    "other_sheets",
    "Lembar tanpa kolom perjanjian tidak dibaca: {sheets}.",
    "Sheets without the contract's columns are not read: {sheets}.",
)
_COMPOUND_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_TRUTH = "^(?:true|false)$"


def parse_workbook(path: Path, source: Source, format_: Workbook, out_dir: Path, prefix: str) -> ParsedFile:
    """Parse one sheet of a workbook to raw Parquet parts, or every sheet that fits where the format says so.

    Raises:
        Refusal: no readable XLSX, no such sheet, not the declared columns, no rows, too large for what is in it.
    """
    _refuse_impostors(path)
    try:
        with bounded(path, source.contract, out_dir) as (sound, left_out), spelled_out(sound, out_dir) as told:
            book = fastexcel.read_excel(told.path)
            names, notices = _choose(book, format_, source.contract)
            if len(names) == 1:
                parsed = _parse_sheet(book, names[0], source.contract, told, out_dir, prefix)
            else:
                parsed = _parse_sheets(book, names, source.contract, told, out_dir, prefix)
    except (fastexcel.FastExcelError, zipfile.BadZipFile, zlib.error, ExpatError) as error:
        raise Refusal(NOT_XLSX) from error
    parsed.notices += [*notices, *left_out]
    return parsed


def _parse_sheet(
    book: fastexcel.ExcelReader, sheet: str, contract: Contract, told: Told, out_dir: Path, prefix: str
) -> ParsedFile:
    table = _load(book, sheet)
    header = find_header(table.head(HEADER_WITHIN).rows(), contract)
    table = dates_told(book, sheet, table, header, contract, told)
    no_text = _cells_not_text(book, sheet, table) if told.look_again else {}
    parsed = ParsedFile("xlsx", notices=header_notices(header))
    if header.row > 1:
        parsed.furniture["title"] += header.row - 1
    writer, formulas = PartWriter(parsed, header, out_dir, prefix), Formulas(contract)
    for offset in range(header.row, table.height, PART_ROWS):
        rows = take_out(_rows(table, header, offset, no_text), header, contract, parsed)
        if told.formulas:
            formulas.count(rows)
        writer.add(rows)
    writer.close()
    parsed.notices += formulas.notices()
    return parsed


def _parse_sheets(
    book: fastexcel.ExcelReader, names: list[str], contract: Contract, told: Told, out_dir: Path, prefix: str
) -> ParsedFile:
    """Several tables. One without rows is left out, for a list may be empty; all may not be."""
    whole = ParsedFile("xlsx")
    for number, name in enumerate(names):
        try:
            parsed = _parse_sheet(book, name, contract, told, out_dir, f"{prefix}-{number}")
        except Refusal as refusal:
            if refusal.message is not NO_ROWS:
                raise
            continue
        whole.sheets[name] = parsed
        whole.rows_read += parsed.rows_read
        whole.furniture += parsed.furniture
        whole.notices += [notice for notice in parsed.notices if notice not in whole.notices]
    if not whole.sheets:
        raise Refusal(NO_ROWS)
    return whole


def _refuse_impostors(path: Path) -> None:
    with path.open("rb") as file:
        head = file.read(4096)
    if not head.strip():
        raise Refusal(EMPTY_FILE)
    if head.startswith(_COMPOUND_FILE):
        raise Refusal(PASSWORD if _ENCRYPTED in path.read_bytes() else OLD_XLS)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise Refusal(HTML_INSIDE)
    if not zipfile.is_zipfile(path):
        raise Refusal(NOT_XLSX)


def _load(book: fastexcel.ExcelReader, sheet: str, rows: int | None = None) -> pl.DataFrame:
    """A sheet as text, from its first row on, blank rows and columns included; blank-only cells are null."""
    table = book.load_sheet(sheet, header_row=None, skip_rows=0, n_rows=rows, dtypes="string").to_polars()
    cell = pl.all().str.replace(r"^(\d{4}-\d\d-\d\d) 00:00:00$", "$1")
    return table.with_columns(pl.when(pl.all().str.strip_chars() != "").then(cell))


def _choose(book: fastexcel.ExcelReader, format_: Workbook, contract: Contract) -> tuple[list[str], list[Filled]]:
    """The named sheet, else the only one with the required columns (ruling 13), or all that have them; and what is to
    be said of the others.
    """
    named = [name for name in book.sheet_names if format_.sheet and name.strip().upper() == format_.sheet]
    if named:
        return named[:1], []
    if len(book.sheet_names) == 1:
        return book.sheet_names, []
    heads = {name: _load(book, name, HEADER_WITHIN) for name in book.sheet_names}
    fitting = [name for name, head in heads.items() if _has_header(head, contract)]
    if not fitting or (len(fitting) > 1 and not format_.every_sheet):
        raise Refusal(SHEET_MISSING, {"sheet": format_.sheet or contract.source})
    if not format_.every_sheet:
        return fitting, []
    others = {name: head for name, head in heads.items() if name not in fitting}
    _refuse_meant(others, contract)
    return fitting, [OTHER_SHEETS.fill(sheets=", ".join(map(masked, others)))] if others else []


def _refuse_meant(sheets: Mapping[str, pl.DataFrame], contract: Contract) -> None:
    """A sheet with the key and at least half of the required columns is a table whose heading was changed: to leave it
    out would lose its rows.
    """
    for name, head in sheets.items():
        for match in map(contract.match, head.rows()):
            if all(key in match.positions for key in contract.key) and len(match.positions) >= len(match.missing):
                hint = f" ({masked(name)})"
                raise Refusal(COLUMNS_MISSING, {"columns": ", ".join(match.missing), "hint": hint})


def _has_header(head: pl.DataFrame, contract: Contract) -> bool:
    try:
        find_header(head.rows(), contract)
    except Refusal as refusal:
        if refusal.message is not COLUMNS_MISSING:
            raise
        return False
    return True


def _cells_not_text(book: fastexcel.ExcelReader, sheet: str, table: pl.DataFrame) -> dict[str, pl.Series]:
    """Column -> whether each cell is a number or boolean, of the columns where it matters.

    Read as text, `3601014567890123` looks exact, whether it is text or a number rounded long ago (ruling 4). Read as
    booleans, numbers and booleans have a value and texts have none.
    """
    found = table.select((pl.all().str.contains(LONG_DIGITS) | pl.all().str.contains(_TRUTH)).any())
    suspects = [at for at, name in enumerate(table.columns) if found[name].item()]
    if not suspects:
        return {}
    second = book.load_sheet(sheet, header_row=None, skip_rows=0, dtypes="boolean", use_columns=suspects).to_polars()
    return {table.columns[at]: second[:, position].is_not_null() for position, at in enumerate(suspects)}


def _rows(table: pl.DataFrame, header: Header, offset: int, no_text: dict[str, pl.Series]) -> pl.DataFrame:
    """Raw rows from `offset` on, at most one part's worth; the sheet's row numbers begin with 1."""
    part = table.slice(offset, PART_ROWS)
    cells = [
        pl.when(other.slice(offset, PART_ROWS) & pl.col(name).str.contains(LONG_DIGITS))
        .then(scientific(pl.col(name)))
        .when(other.slice(offset, PART_ROWS) & pl.col(name).str.contains(_TRUTH))
        .then(pl.col(name).str.to_uppercase())
        .otherwise(pl.col(name))
        .alias(name)
        for name, other in no_text.items()
    ]
    return (
        part.with_columns(cells)
        .rename(dict(zip(table.columns, header.names, strict=True)))
        .with_columns(
            pl.int_range(offset + 1, offset + 1 + part.height, dtype=pl.Int64).alias("_row_number"),
            pl.lit(None, pl.String).alias("_problem"),
            pl.lit(None, pl.String).alias("_line"),
        )
    )
