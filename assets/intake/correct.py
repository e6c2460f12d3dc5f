"""Carries corrections from a returned marked workbook into the file that it marks, so that the agency delivers a whole
file (ruling 33: a marked workbook itself is never a delivery).

Apart from the corrected cells, the new file is read as the old one is: the same rows and values, without titles and
unlisted columns.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import xlsxwriter

from assets import durable
from assets.intake.apart import parse_apart
from assets.intake.delimited import NUL_SHOWN
from assets.intake.landing import not_of_delivery
from assets.intake.parse import format_of
from assets.intake.parsed import OURS
from assets.intake.shown import listed, masked
from assets.intake.workbook import SHEET_MISSING, as_read, read_sheet
from assets.sources import Delimited, JsonLines, Source, Workbook
from validations.messages import Message, Refusal
from validations.rows import WRONG_TYPE, has_wrong_type
from validations.workbook import FILE, LONGEST, ROW, SHEET

CORRECTED = ".terkoreksi"
_EXTENSIONS = {Delimited: ".csv", Workbook: ".xlsx", JsonLines: ".jsonl"}
_MOST_NAMED = 5
_DAMAGED = f'["{NUL_SHOWN}]'
"""In a cell of a row that was not split: a quote that was not closed, a NUL byte as it is shown."""

AT_THE_SOURCE = Message(
    "correct_at_the_source",
    "Berkas ini jawaban sebuah layanan; perbaiki di aplikasi asalnya.",
    "This file is an answer of a service; correct it in the application that it is from.",
)
NOT_MARKED = Message(
    "not_a_marked_workbook",
    "Bukan buku kerja bertanda: lembar {sheet} dengan kolom {file} dan {row} tidak ada.",
    "Not a marked workbook: it has no sheet {sheet} with the columns {file} and {row}.",
)
OTHER_FILE = Message(
    "marks_another_file",
    "Buku kerja ini menandai berkas lain: {names}.",
    "This workbook marks another file: {names}.",
)
UNPLACED = Message(
    "marked_rows_unplaced",
    "Baris lembar PERBAIKAN ini tidak menyebut BERKAS dan BARIS yang ditandainya: {rows}.",
    "These rows of the sheet PERBAIKAN do not say which BERKAS and BARIS they mark: {rows}.",
)
CLEARED = Message(
    "marked_rows_cleared",
    "Semua sel baris ini dikosongkan: {rows}. Untuk menghapus sebuah baris, hapus dari berkas asal.",
    "All cells of these rows were cleared: {rows}. To delete a row, delete it from the original file.",
)
ROWS_UNKNOWN = Message(
    "marked_rows_unknown",
    "Baris ini tidak ada di berkas asal, atau muncul dua kali di buku kerja: {rows}.",
    "These rows are not in the original file, or stand twice in the workbook: {rows}.",
)
EXISTS = Message(
    "corrected_file_exists",
    "{name} sudah ada; pindahkan dahulu, atau pilih folder lain.",
    "{name} exists already; move it away, or choose another folder.",
)
STILL_BROKEN = Message(
    "rows_still_broken",
    "Baris ini tidak dapat ditulis sebelum diperbaiki di buku kerja, karena susunan atau tipe nilainya rusak: {rows}.",
    "These rows cannot be written until they are corrected in the workbook, since their shape or a value's type is"
    " broken: {rows}.",
)


@dataclass(frozen=True)
class Corrected:
    """path: the new file. rows: rows in it. corrected: rows with a changed value. values: changed values. others: rows
    of the workbook that mark other files of the same delivery.
    """

    path: Path
    rows: int
    corrected: int
    values: int
    others: int


def correct(path: Path, marked: Path, source: Source, out_dir: Path) -> Corrected:
    """Write the file `path` with the corrections in its returned marked workbook to `out_dir`.

    Rows and columns that the workbook does not have stay as they are. Blank cells are corrections too.

    Raises:
        Refusal: the file or the workbook cannot be read, or do not belong together; rows remain that no file of the
            format can hold; or there is a corrected file already.
    """
    if aside := not_of_delivery(path, source):
        raise aside
    extension = _EXTENSIONS.get(type(format_of(path, source)))
    if extension is None:
        raise Refusal(AT_THE_SOURCE)
    with tempfile.TemporaryDirectory(prefix="sadaya-correct-") as scratch:
        parsed = parse_apart(path, source, Path(scratch), "0")
        tables = {name: pl.read_parquet(list(parts), glob=False) for name, parts in parsed.tables(path.name).items()}
        returned = _returned(marked, source, Path(scratch))
    marks = returned.filter(pl.col(FILE).is_in(list(tables)))
    if marks.is_empty():
        raise Refusal(OTHER_FILE, {"names": listed(returned[FILE].unique().sort().to_list())})
    changed = {name: _changed(rows, marks.filter(pl.col(FILE) == name)) for name, rows in tables.items()}
    target = out_dir / f"{_without_extension(path.name, source)}{CORRECTED}{extension}"
    if target.exists():
        raise Refusal(EXISTS, {"name": masked(target.name)})
    out_dir.mkdir(parents=True, exist_ok=True)
    _write(target, {name: table.rows for name, table in changed.items()}, source)
    return Corrected(
        target,
        sum(table.rows.height for table in changed.values()),
        sum(table.corrected for table in changed.values()),
        sum(table.values for table in changed.values()),
        returned.height - marks.height,
    )


def _without_extension(name: str, source: Source) -> str:
    known = (each for format_ in source.formats_of(name) for each in format_.extensions if name.lower().endswith(each))
    return name[: -len(max(known, key=len))]


def _returned(marked: Path, source: Source, scratch: Path) -> pl.DataFrame:
    """The rows of a marked workbook as delivered values, with `FILE` and `ROW` (int64) of the row that each marks."""
    not_marked = Refusal(NOT_MARKED, {"sheet": SHEET, "file": FILE, "row": ROW})
    try:
        sheet = read_sheet(marked, SHEET, source.contract, scratch)
    except Refusal as refusal:
        raise (not_marked if refusal.message is SHEET_MISSING else refusal) from None
    if not {FILE, ROW} <= set(sheet.columns):
        raise not_marked
    cells = [name for name in sheet.columns if name not in OURS]
    rows = sheet.filter(pl.any_horizontal(pl.col(cells).is_not_null()))
    rows = rows.with_columns(pl.col(ROW).cast(pl.Int64, strict=False))
    _refuse(rows.filter(pl.col(FILE).is_null() | pl.col(ROW).is_null())["_row_number"], UNPLACED)
    return rows.drop(OURS, strict=False)


@dataclass(frozen=True)
class _Table:
    rows: pl.DataFrame
    corrected: int
    values: int


def _changed(rows: pl.DataFrame, returned: pl.DataFrame) -> _Table:
    """The delivered columns of a table's rows, with the returned values where they differ."""
    strange = pl.concat(
        [
            returned.filter(pl.col(ROW).is_duplicated())[ROW],
            returned.join(rows, left_on=ROW, right_on="_row_number", how="anti")[ROW],
        ]
    )
    _refuse(strange, ROWS_UNKNOWN)
    columns = [name for name in rows.columns if name not in OURS]
    there = [name for name in columns if name in returned.columns]
    new = returned.select(
        pl.col(ROW).alias("_row_number"),
        pl.lit(True).alias("_returned"),
        *(pl.col(name).alias(f"new {name}") for name in there),
    )
    _refuse(new.filter(pl.all_horizontal(pl.col(f"new {name}").is_null() for name in there))["_row_number"], CLEARED)
    both = rows.join(new, on="_row_number", how="left", maintain_order="left")
    broken = _broken(there, whole=there == columns)
    if WRONG_TYPE in both.columns:
        broken |= _of_a_wrong_type(columns, there)
    _refuse(both.filter(broken)["_row_number"], STILL_BROKEN)
    marks = [f"differs {name}" for name in there]
    both = both.with_columns(_differs(name).alias(mark) for name, mark in zip(there, marks, strict=True))
    return _Table(
        both.select(
            pl.when(f"differs {name}").then(f"new {name}").otherwise(name).alias(name) if name in there else name
            for name in columns
        ),
        int(both.select(pl.any_horizontal(marks).sum()).item()),
        int(both.select(pl.sum_horizontal(pl.col(marks).sum())).item()),
    )


def _unlike(name: str) -> pl.Expr:
    """Whether a column's returned value is another than the workbook showed."""
    return pl.col(f"new {name}").ne_missing(_as_shown(pl.col(name)))


def _differs(name: str) -> pl.Expr:
    """Whether a column's returned value replaces the delivered one. In a row that was not split, every value does."""
    return pl.col("_returned").fill_null(False) & (pl.col("_problem").is_not_null() | _unlike(name))


def _as_shown(value: pl.Expr) -> pl.Expr:
    """A value as a marked workbook shows it and a spreadsheet returns it."""
    return as_read(value.str.slice(0, LONGEST).str.replace_all("\r\n", "\n", literal=True))


def _broken(there: list[str], whole: bool) -> pl.Expr:
    """Rows that no file can hold, because they were not split, and are not corrected: they are not in the workbook, the
    line stands in a cell as the workbook shows it, or a damaged cell is unchanged. whole: the workbook has all columns.
    """
    line = _as_shown(pl.col("_line"))
    still = pl.any_horizontal((pl.col(f"new {name}") == line).fill_null(False) for name in there)
    damaged = pl.any_horizontal(
        ~_unlike(name)
        & (pl.col(name).str.contains(_DAMAGED) | (pl.col(name).str.len_chars() > LONGEST)).fill_null(False)
        for name in there
    )
    unlike = pl.any_horizontal(_unlike(name) for name in there)
    as_it_was = pl.when(pl.col("_line").is_not_null()).then(still).otherwise(damaged | ~unlike)
    return pl.col("_problem").is_not_null() & (pl.col("_returned").is_null() | as_it_was | pl.lit(not whole))


def _of_a_wrong_type(columns: list[str], there: list[str]) -> pl.Expr:
    """Rows of JSON with a value of a wrong type that still stands."""
    wrong = {name: has_wrong_type(name).fill_null(False) for name in columns}
    return pl.any_horizontal(wrong[name] & ~_differs(name) if name in there else wrong[name] for name in columns)


def _refuse(numbers: pl.Series, message: Message) -> None:
    if numbers.is_empty():
        return
    raise Refusal(message, {"rows": listed([str(number) for number in numbers.unique().sort()], _MOST_NAMED)})


def _write(target: Path, tables: dict[str, pl.DataFrame], source: Source) -> None:
    """Write a new file completely, or not at all."""
    making = durable.beside(target)
    try:
        _write_rows(making, target.suffix, tables, source)
        making.rename(target)
    finally:
        making.unlink(missing_ok=True)


def _write_rows(path: Path, kind: str, tables: dict[str, pl.DataFrame], source: Source) -> None:
    if kind == ".xlsx":
        options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        with xlsxwriter.Workbook(str(path), options) as book:
            for name, rows in tables.items():
                sheet = name.partition("/")[2] or _sheet_of(source)
                rows.write_excel(book, sheet, dtype_formats={pl.String: "@"}, autofit=False)
        return
    (rows,) = tables.values()
    if kind == ".csv":
        delimiter = next(format_.delimiter for format_ in source.formats if isinstance(format_, Delimited))
        rows.write_csv(path, separator=delimiter)
    else:
        rows.write_ndjson(path)


def _sheet_of(source: Source) -> str:
    named = next(format_.sheet for format_ in source.formats if isinstance(format_, Workbook))
    return named or source.name[:31]
