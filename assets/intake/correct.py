"""Carries corrections from a returned marked workbook into the file that it marks, so that the agency delivers a whole
file (ruling 33: a marked workbook itself is never a delivery).

Apart from the corrected cells, the new file is read as the old one is: the same rows and values, without titles and
unlisted columns.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import fastexcel
import polars as pl
import xlsxwriter

from assets.intake.apart import parse_apart
from assets.intake.landing import not_of_delivery
from assets.intake.parse import format_of
from assets.intake.shown import masked
from assets.intake.workbook import parse_workbook
from assets.sources import Delimited, JsonLines, Source, Workbook
from validations.messages import Message, Refusal
from validations.rows import WRONG_TYPE
from validations.workbook import FILE, LONGEST, ROW, SHEET

CORRECTED = ".terkoreksi"
_EXTENSIONS = {Delimited: ".csv", Workbook: ".xlsx", JsonLines: ".jsonl"}
_OURS = ("_row_number", "_problem", "_line", WRONG_TYPE)
_MOST_NAMED = 5

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
    """path: the new file. rows: rows in it. corrected: rows with a changed value. values: changed values."""

    path: Path
    rows: int
    corrected: int
    values: int


def correct(path: Path, marked: Path, source: Source, out_dir: Path) -> Corrected:
    """Write the file `path` with the corrections in its returned marked workbook to `out_dir`.

    Rows that the workbook does not have stay as they are. Blank cells are corrections too.

    Raises:
        Refusal: the file or the workbook cannot be read, or do not belong together; rows remain that no file of the
            format can hold; or there is a corrected file already.
    """
    if aside := not_of_delivery(path, source):
        raise Refusal(Message(aside.code, aside.id, aside.en))
    extension = _EXTENSIONS.get(type(format_of(path, source)))
    if extension is None:
        raise Refusal(AT_THE_SOURCE)
    with tempfile.TemporaryDirectory(prefix="sadaya-correct-") as scratch:
        parsed = parse_apart(path, source, Path(scratch), "0")
        tables = {name: pl.read_parquet(list(parts), glob=False) for name, parts in parsed.tables(path.name).items()}
        returned = _returned(marked, source, Path(scratch))
    if strange := set(returned[FILE].drop_nulls()) - set(tables):
        raise Refusal(OTHER_FILE, {"names": ", ".join(sorted(masked(name) for name in strange))})
    changed = {name: _changed(rows, returned.filter(pl.col(FILE) == name)) for name, rows in tables.items()}
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
    )


def _without_extension(name: str, source: Source) -> str:
    known = (each for format_ in source.formats_of(name) for each in format_.extensions if name.lower().endswith(each))
    return name[: -len(max(known, key=len))]


def _returned(marked: Path, source: Source, scratch: Path) -> pl.DataFrame:
    """The rows of a marked workbook as delivered values, with `FILE` and `ROW` (int64) of the row that each marks."""
    try:
        sheet = fastexcel.read_excel(marked).load_sheet(SHEET, header_row=0, dtypes="string").to_polars()
        of_rows = sheet.select(FILE, pl.col(ROW).cast(pl.Int64))
    except (fastexcel.FastExcelError, pl.exceptions.PolarsError) as error:
        raise Refusal(NOT_MARKED, {"sheet": SHEET, "file": FILE, "row": ROW}) from error
    parsed = parse_workbook(marked, source, Workbook(SHEET), scratch, "marked")
    values = pl.read_parquet(parsed.parts, glob=False)
    return values.join(of_rows.with_row_index("_row_number", 2).cast({"_row_number": pl.Int64}), on="_row_number")


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
    columns = [name for name in rows.columns if name not in _OURS]
    values = returned.with_columns(
        pl.lit(None, pl.String).alias(name) for name in columns if name not in returned.columns
    )
    new = values.select(
        pl.col(ROW).alias("_row_number"),
        pl.lit(True).alias("_returned"),
        *(pl.col(name).alias(f"new {name}") for name in columns),
    )
    both = rows.join(new, on="_row_number", how="left", maintain_order="left")
    _refuse(both.filter(_broken(columns, WRONG_TYPE in both.columns))["_row_number"], STILL_BROKEN)
    marks = [f"differs {name}" for name in columns]
    both = both.with_columns(_differs(name).alias(mark) for name, mark in zip(columns, marks, strict=True))
    return _Table(
        both.select(pl.when(f"differs {name}").then(f"new {name}").otherwise(name).alias(name) for name in columns),
        int(both.select(pl.any_horizontal(marks).sum()).item()),
        int(both.select(pl.sum_horizontal(pl.col(marks).sum())).item()),
    )


def _differs(name: str) -> pl.Expr:
    """Whether a column's returned value replaces the delivered one. Values of a row that was not split all do."""
    other = pl.col("_problem").is_not_null() | pl.col(f"new {name}").ne_missing(_as_shown(pl.col(name)))
    return pl.col("_returned").fill_null(False) & other


def _as_shown(value: pl.Expr) -> pl.Expr:
    """A value as a marked workbook shows it and a spreadsheet returns it."""
    return value.str.slice(0, LONGEST).str.replace_all("\r\n", "\n", literal=True)


def _broken(columns: list[str], json: bool) -> pl.Expr:
    """Rows that no file can hold: not split, with the line as the workbook shows it still in a cell; or, in JSON, with
    a value of a wrong type that still stands.
    """
    still = [pl.col(f"new {name}").eq_missing(_as_shown(pl.col("_line"))) for name in columns]
    as_it_was = pl.col("_returned").is_null() | (pl.col("_line").is_not_null() & pl.any_horizontal(still))
    unsplit = pl.col("_problem").is_not_null() & as_it_was
    if not json:
        return unsplit
    named = pl.col(WRONG_TYPE).fill_null("")
    return unsplit | pl.any_horizontal(
        named.str.contains(f"\n{name}\n", literal=True) & ~_differs(name) for name in columns
    )


def _refuse(numbers: pl.Series, message: Message) -> None:
    if numbers.is_empty():
        return
    first = numbers.unique().sort()
    more = f", … ({first.len()})" if first.len() > _MOST_NAMED else ""
    raise Refusal(message, {"rows": ", ".join(map(str, first.head(_MOST_NAMED))) + more})


def _write(target: Path, tables: dict[str, pl.DataFrame], source: Source) -> None:
    if target.suffix == ".xlsx":
        options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        with xlsxwriter.Workbook(str(target), options) as book:
            for name, rows in tables.items():
                sheet = name.partition("/")[2] or _sheet_of(source)
                rows.write_excel(book, sheet, dtype_formats={pl.String: "@"}, autofit=False)
        return
    (rows,) = tables.values()
    if target.suffix == ".csv":
        delimiter = next(format_.delimiter for format_ in source.formats if isinstance(format_, Delimited))
        rows.write_csv(target, separator=delimiter)
    else:
        rows.write_ndjson(target)


def _sheet_of(source: Source) -> str:
    named = next(format_.sheet for format_ in source.formats if isinstance(format_, Workbook))
    return named or source.name[:31]
