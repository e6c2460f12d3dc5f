"""Parses XLSX workbooks: finds sheet and header by content, reads cells as text, marks numbers that lost digits."""

from __future__ import annotations

import errno
import zipfile
import zlib
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from xml.parsers.expat import ExpatError

import fastexcel
import polars as pl

from assets.intake.file_kinds import COMPOUND_FILE, refuse_other_workbooks
from assets.intake.furniture import take_out
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
from assets.intake.sheet_cells import Formulas, SpelledOut, spelled_out, with_dates_marked
from assets.intake.shown import listed, masked
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
    "Lembar “{sheet}” tidak ada, dan tidak ada satu lembar pun dengan kolom wajib; yang ada: {sheets}.",
    "There is no sheet `{sheet}`, and none has the required columns; there are: {sheets}.",
)
SHEETS_ALIKE = Message(
    "several_sheets",
    "Lebih dari satu lembar memuat kolom wajib: {sheets}. Gabungkan atau hapus, sehingga tinggal satu.",
    "More than one sheet has the required columns: {sheets}. Merge or delete them, so that one is left.",
)
HIDDEN_SHEETS = Message(
    "hidden_sheets",
    "Lembar tersembunyi dengan kolom wajib tidak dibaca: {sheets}.",
    "Hidden sheets with the required columns are not read: {sheets}.",
)
HIDDEN_SHEET_READ = Message(
    "hidden_sheet_read",
    "Lembar tersembunyi dibaca, karena tidak ada yang tampak dengan kolom wajib: {sheets}.",
    "Hidden sheets are read, since none that is shown has the required columns: {sheets}.",
)
OTHER_SHEETS = Message(
    "other_sheets",
    "Lembar tanpa kolom perjanjian tidak dibaca: {sheets}.",
    "Sheets without the contract's columns are not read: {sheets}.",
)
_NOT_PLAIN = 0x01 | 0x20 | 0x40
"""Flags of a zip member that is encrypted, or a patch of another."""
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_TRUTH = "^(?:true|false)$"


def parse_workbook(path: Path, source: Source, format_: Workbook, out_dir: Path, prefix: str) -> ParsedFile:
    """Parse one sheet of a workbook to raw Parquet parts, or every sheet that fits if the format allows it.

    Raises:
        Refusal: not a readable XLSX, no such sheet, not the declared columns, no rows, too large for its content.
    """
    with _opened(path, source.contract, out_dir) as (book, spelled, left_out):
        sheets, notices = _choose(book, format_, source.contract)
        if len(sheets) == 1:
            parsed = _parse_sheet(book, sheets[0], source, spelled, out_dir, prefix)
        else:
            parsed = _parse_sheets(book, sheets, source, spelled, out_dir, prefix)
    parsed.notices += [*notices, *left_out]
    return parsed


@contextmanager
def _opened(
    path: Path, contract: Contract, scratch: Path
) -> Generator[tuple[fastexcel.ExcelReader, SpelledOut, list[Filled]]]:
    """A workbook whose sheets are bounded and spelled out, and notices about what was left out.

    Raises:
        Refusal: not a readable XLSX, or too large for its content.
    """
    _refuse_impostors(path)
    try:
        with bounded(path, contract, scratch) as (sound, left_out), spelled_out(sound, scratch) as spelled:
            yield fastexcel.read_excel(spelled.path), spelled, left_out
    except (fastexcel.FastExcelError, zipfile.BadZipFile, zlib.error, EOFError, ExpatError) as error:
        raise Refusal(NOT_XLSX) from error


def _parse_sheet(
    book: fastexcel.ExcelReader, sheet: _Sheet, source: Source, spelled: SpelledOut, out_dir: Path, prefix: str
) -> ParsedFile:
    contract = source.contract
    header, table, no_text = _read(book, sheet, contract, spelled)
    parsed = ParsedFile("xlsx", notices=header_notices(header))
    if header.row > 1:
        parsed.furniture["title"] += header.row - 1
    writer = PartWriter(parsed, header, out_dir, prefix, source.kind == "delta")
    formulas = Formulas(contract)
    for offset in range(header.row, table.height, PART_ROWS):
        rows = take_out(_rows(table, header, offset, no_text), header, contract, parsed)
        if spelled.formulas:
            formulas.count(rows)
        writer.add(rows)
    writer.close()
    parsed.notices += formulas.notices()
    return parsed


def _read(
    book: fastexcel.ExcelReader, sheet: _Sheet, contract: Contract, spelled: SpelledOut
) -> tuple[Header, pl.DataFrame, dict[str, pl.Series]]:
    """The header of a sheet, its cells as text, and which of them are no text (`_cells_not_text`).

    Raises:
        Refusal: it has no header with the required columns.
    """
    header = find_header(sheet.table.head(HEADER_WITHIN).rows(), contract)
    table = with_dates_marked(book, sheet.name, sheet.table, header, contract, spelled)
    return header, table, _cells_not_text(book, sheet.name, table) if spelled.look_again else {}


def read_sheet(path: Path, name: str, contract: Contract, scratch: Path) -> pl.DataFrame:
    """Every row below the headings of the sheet `name`, at most PART_ROWS, with the columns that no contract lists and
    with what a delivery's sheet would have as furniture.

    Raises:
        Refusal: not a readable XLSX, no such sheet, not the declared columns, too large for its content.
    """
    with _opened(path, contract, scratch) as (book, spelled, _):
        if name not in book.sheet_names:
            raise Refusal(SHEET_MISSING, {"sheet": name, "sheets": listed(book.sheet_names)})
        header, table, no_text = _read(book, _load(book, name, contract), contract, spelled)
        return _rows(table, header, header.row, no_text)


def as_read(cell: pl.Expr) -> pl.Expr:
    """A cell's text as it is read: a date without midnight, null if it is blank."""
    return pl.when(cell.str.strip_chars() != "").then(cell.str.replace(r"^(\d{4}-\d\d-\d\d) 00:00:00$", "$1"))


def _parse_sheets(
    book: fastexcel.ExcelReader, sheets: list[_Sheet], source: Source, spelled: SpelledOut, out_dir: Path, prefix: str
) -> ParsedFile:
    """Parse several tables. A table without rows is left out; if all are, parses the first one alone."""
    whole = ParsedFile("xlsx")
    for number, sheet in enumerate(sheets):
        try:
            parsed = _parse_sheet(book, sheet, source, spelled, out_dir, f"{prefix}-{number}")
        except Refusal as refusal:
            if refusal.message is not NO_ROWS:
                raise
            continue
        if not parsed.rows_read:  # of a delta
            continue
        whole.sheets[sheet.name] = parsed
        whole.rows_read += parsed.rows_read
        whole.furniture += parsed.furniture
        whole.notices += [notice for notice in parsed.notices if notice not in whole.notices]
    if not whole.sheets:
        return _parse_sheet(book, sheets[0], source, spelled, out_dir, prefix)
    return whole


def _refuse_impostors(path: Path) -> None:
    with path.open("rb") as file:
        head = file.read(4096)
    if not head.strip():
        raise Refusal(EMPTY_FILE)
    if head.startswith(COMPOUND_FILE):
        raise Refusal(PASSWORD if _ENCRYPTED in path.read_bytes() else OLD_XLS)
    refuse_other_workbooks(path)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise Refusal(HTML_INSIDE)
    if not _is_sound_zip(path):
        raise Refusal(NOT_XLSX)


def _is_sound_zip(path: Path) -> bool:
    """Whether a file is a zip whose directory names only members that can be read: spreadsheets write plain members,
    stored or deflated. `zipfile` raises errors of many kinds for the others, when they are read.
    """
    size = path.stat().st_size
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return False
    except OSError as error:
        if error.errno != errno.EINVAL:  # of an offset outside the file
            raise
        return False
    return all(
        member.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
        and not member.flag_bits & _NOT_PLAIN
        and 0 <= member.header_offset < size
        for member in members
    )


@dataclass(frozen=True)
class _Sheet:
    """A sheet as text from its first row, including blank rows and columns; blank cells are null.

    fits: it has the required columns; if not, only its first rows are kept.
    """

    name: str
    shown: bool
    fits: bool
    table: pl.DataFrame

    @property
    def is_table(self) -> bool:
        """Whether at least two rows have two cells each: with less it is a cover or a note."""
        filled = self.table.select(pl.sum_horizontal(False, pl.all().is_not_null())).to_series()
        return int((filled >= 2).sum()) >= 2


def _load(book: fastexcel.ExcelReader, name: str, contract: Contract) -> _Sheet:
    sheet = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
    table = sheet.to_polars().with_columns(as_read(pl.all()))
    fits = _has_header(table.head(HEADER_WITHIN), contract)
    return _Sheet(name, sheet.visible == "visible", fits, table if fits else table.head(HEADER_WITHIN))


def _choose(book: fastexcel.ExcelReader, format_: Workbook, contract: Contract) -> tuple[list[_Sheet], list[Filled]]:
    """Choose the sheets to read. Returns them and notices about the others.

    Takes the only sheet with the required columns (ruling 13), or all that have them if the format allows it. A named
    sheet without them is taken and refused later. Hidden sheets are taken only if no visible one has them (ruling 31).

    Raises:
        Refusal: no sheet has them, or several have (ruling 30).
    """
    sheets = [_load(book, name, contract) for name in book.sheet_names]
    if len(sheets) == 1:
        return sheets, []
    shown = [sheet for sheet in sheets if sheet.fits and sheet.shown]
    chosen = shown or [sheet for sheet in sheets if sheet.fits]
    if len(chosen) > 1 and not format_.every_sheet:
        raise Refusal(SHEETS_ALIKE, {"sheets": _names(chosen)})
    named = [sheet for sheet in sheets if format_.sheet and sheet.name.strip().upper() == format_.sheet and sheet.shown]
    if named and named[0] not in chosen:
        return named[:1], []  # its header will be refused
    if not chosen:
        raise Refusal(SHEET_MISSING, {"sheet": format_.sheet or contract.source, "sheets": _names(sheets)})
    others = [sheet for sheet in sheets if sheet not in chosen and sheet.is_table]
    _refuse_meant([sheet for sheet in others if sheet.shown], contract)
    said = (
        (OTHER_SHEETS, [sheet for sheet in others if not sheet.fits]),
        (HIDDEN_SHEETS, [sheet for sheet in others if sheet.fits]),
        (HIDDEN_SHEET_READ, [] if shown else chosen),
    )
    return chosen, [message.fill(sheets=_names(some)) for message, some in said if some]


def _names(sheets: Iterable[_Sheet]) -> str:
    return listed([sheet.name for sheet in sheets])


def _refuse_meant(sheets: Iterable[_Sheet], contract: Contract) -> None:
    """Refuse a sheet with the key and at least half of the required columns: it is a table with changed headings, and
    skipping it would lose its rows.
    """
    for sheet in sheets:
        for match in map(contract.match, sheet.table.rows()):
            if all(key in match.positions for key in contract.key) and len(match.positions) >= len(match.missing):
                raise Refusal(COLUMNS_MISSING, {"columns": listed(match.missing), "hint": f" ({masked(sheet.name)})"})


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

    As text, `3601014567890123` looks exact, whether it was text or a rounded number (ruling 4). Read as booleans,
    numbers and booleans have a value and texts are null.
    """
    found = table.select((pl.all().str.contains(LONG_DIGITS) | pl.all().str.contains(_TRUTH)).any())
    suspects = [at for at, name in enumerate(table.columns) if found[name].item()]
    if not suspects:
        return {}
    second = book.load_sheet(sheet, header_row=None, skip_rows=0, dtypes="boolean", use_columns=suspects).to_polars()
    return {table.columns[at]: second[:, position].is_not_null() for position, at in enumerate(suspects)}


def _rows(table: pl.DataFrame, header: Header, offset: int, no_text: dict[str, pl.Series]) -> pl.DataFrame:
    """Raw rows from `offset`, at most PART_ROWS; the sheet's row numbers start at 1."""
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
