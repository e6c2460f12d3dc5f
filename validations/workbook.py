"""Writes the marked workbook for the agency: its own rows and columns, with the wrong cells coloured and commented.

In scope: how findings are shown. Out of scope: what is a finding (contracts).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import xlsxwriter
from polars.lazyframe.group_by import LazyGroupBy
from xlsxwriter.worksheet import Worksheet

from validations.contract import Contract
from validations.evidence import QUARANTINE

MOST_ROWS = 20_000
"""Maximum rows shown (comments are held in memory); the number of rows left out is stated."""
LONGEST = 32_000
"""Maximum characters in a cell."""
ERROR, WARNING = "#F8B4B4", "#FDE68A"
MARKED = ".perbaikan.xlsx"
_MARKED = re.compile(r"\.perbaikan\b[^.]*\.xlsx$", re.IGNORECASE)
SHEET = "PERBAIKAN"
FILE, ROW = "BERKAS", "BARIS"
_OURS = (FILE, ROW, "ALASAN")
_WIDTH = 18
_A4 = 9
"""Excel's paper code."""


def is_marked(file_name: str) -> bool:
    """Whether a file name is of a marked workbook or a copy (`X.perbaikan (1).xlsx`): never data."""
    return _MARKED.search(file_name) is not None


def numbered(nth: int) -> str:
    """How the name of a further marked workbook of the same file ends."""
    return f".perbaikan ({nth}).xlsx"


def write(folder: Path, contract: Contract, out: Path, warned: bool = False) -> int:
    """Write the marked workbook of the judged delivery in `folder` to `out`.

    It shows the quarantined rows with their warnings; with `warned` also rows that have only warnings. Each row has the
    delivered values in the agency's column order, all as text. Returns the number of rows shown.
    """
    said = _said(folder, warned)
    wrong = _by_row(said).agg(wrong=(pl.col("severity") == "error").any()).collect()
    order = [pl.col("wrong").not_(), pl.col("file_name"), pl.col("row_number")]
    shown = _rows(said, wrong.sort(order).head(MOST_ROWS))
    columns = _columns(shown, contract)
    with xlsxwriter.Workbook(str(out), {"constant_memory": True, "strings_to_formulas": False}) as book:
        formats = {
            "head": book.add_format({"bold": True, "text_wrap": True, "bottom": 1}),
            "text": book.add_format({"num_format": "@"}),
            "error": book.add_format({"num_format": "@", "bg_color": ERROR}),
            "warning": book.add_format({"num_format": "@", "bg_color": WARNING}),
        }
        _summary(book.add_worksheet("RINGKASAN"), _counted(said), wrong.height, contract, formats)
        _marked(book.add_worksheet(SHEET), shown, columns, formats)
    return shown.height


def _said(folder: Path, warned: bool) -> pl.LazyFrame:
    """Every line to show, with `severity`. Lines about whole files have no row and are left out."""
    errors = pl.scan_parquet(folder / "quarantine.parquet", glob=False).with_columns(severity=pl.lit("error"))
    doubts = pl.scan_parquet(folder / "warnings.parquet", glob=False).with_columns(severity=pl.lit("warning"))
    if not warned:
        doubts = doubts.join(errors, on=["file_name", "row_number"], how="semi")
    names = [*QUARANTINE, "severity"]
    return pl.concat([errors.select(names), doubts.select(names)]).drop_nulls("row_number")


def _by_row(said: pl.LazyFrame) -> LazyGroupBy:
    return said.group_by("file_name", "row_number", maintain_order=True)


def _rows(said: pl.LazyFrame, wanted: pl.DataFrame) -> pl.DataFrame:
    """One row per delivered row, in the given order: its delivered values (JSON) and the lines about it."""
    lines = said.join(wanted.lazy().select("file_name", "row_number"), on=["file_name", "row_number"], how="semi")
    line = pl.struct("column_name", "severity", "message_id", "message_en")
    grouped = _by_row(lines).agg(pl.col("raw_row").first(), said=line).collect()
    return wanted.join(grouped, on=["file_name", "row_number"], how="left", maintain_order="left")


def _counted(said: pl.LazyFrame) -> pl.DataFrame:
    """One row per check and column: number of lines, first row, example of the sentence."""
    first = [pl.col(name).first() for name in ("message_id", "message_en")]
    counted = said.group_by("severity", "check_name", "column_name").agg(pl.len(), pl.col("row_number").min(), *first)
    return counted.sort("severity", "len", "check_name", descending=[False, True, False]).collect()


def _columns(shown: pl.DataFrame, contract: Contract) -> list[str]:
    """The delivered columns in order of first appearance; the contract's if no row could be split."""
    names = dict.fromkeys(name for raw in shown["raw_row"].drop_nulls() for name in json.loads(raw) if name != "_line")
    return list(names) or [field.name for field in contract.fields]


def _prints(sheet: Worksheet, heading: int) -> None:
    """A4 landscape, one page wide, heading row repeated, pages numbered."""
    sheet.set_paper(_A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(heading)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer("&L&A&RHalaman &P dari &N")


def _summary(sheet: Worksheet, counted: pl.DataFrame, rows: int, contract: Contract, formats: dict) -> None:
    _prints(sheet, heading=5)
    sheet.set_column(0, 1, 24)
    sheet.set_column(2, 4, 12)
    sheet.set_column(5, 6, 70)
    sheet.write_string(0, 0, f"{contract.title_id} ({contract.title_en})", formats["head"])
    note = "Merah: baris ditahan sampai diperbaiki. Kuning: peringatan, baris tetap dipakai."
    note += " / Red: row held back until corrected. Yellow: a warning, the row is used."
    sheet.write_string(1, 0, note)
    if rows > MOST_ROWS:
        left = rows - MOST_ROWS
        sheet.write_string(2, 0, f"Ditampilkan {MOST_ROWS} baris; {left} baris lagi tidak ditampilkan.")
        sheet.write_string(3, 0, f"{MOST_ROWS} rows are shown; {left} more are not.")
    titles = ("KOLOM", "PEMERIKSAAN", "TINGKAT", "JUMLAH", "BARIS PERTAMA", "CONTOH ALASAN", "EXAMPLE OF THE REASON")
    for place, title in enumerate(titles):
        sheet.write_string(5, place, title, formats["head"])
    for at, line in enumerate(counted.iter_rows(named=True), start=6):
        level = "KESALAHAN" if line["severity"] == "error" else "PERINGATAN"
        texts = {0: line["column_name"] or "", 1: line["check_name"], 2: level}
        texts |= {5: line["message_id"], 6: line["message_en"]}
        for place, text in sorted(texts.items()):
            sheet.write_string(at, place, text, formats[line["severity"]] if place == 2 else None)
        sheet.write_number(at, 3, line["len"])
        if line["row_number"] is not None:
            sheet.write_number(at, 4, line["row_number"])


def _marked(sheet: Worksheet, shown: pl.DataFrame, columns: list[str], formats: dict) -> None:
    _prints(sheet, heading=0)
    sheet.freeze_panes(1, 2)
    sheet.set_column(0, 0, _WIDTH)
    sheet.set_column(1, 1, 8)
    sheet.set_column(2, 2, 60)
    sheet.set_column(3, 2 + len(columns), _WIDTH)
    for place, title in enumerate((*_OURS, *columns)):
        sheet.write_string(0, place, title, formats["head"])
    sheet.autofilter(0, 0, shown.height, 2 + len(columns))
    places = {name: place for place, name in enumerate(columns, start=len(_OURS))}
    for at, row in enumerate(shown.iter_rows(named=True), start=1):
        _one_row(sheet, at, row, places, formats)


def _one_row(sheet: Worksheet, at: int, row: dict, places: dict[str, int], formats: dict) -> None:
    values = json.loads(row["raw_row"] or "{}")
    marks = _marks(row["said"], places)
    sheet.write_string(at, 0, row["file_name"])
    sheet.write_number(at, 1, row["row_number"])
    reasons = " ".join(dict.fromkeys(line["message_id"] for line in row["said"]))
    sheet.write_string(at, 2, reasons[:LONGEST], formats["error" if row["wrong"] else "warning"])
    if values.get("_line") is not None:
        values = {next(iter(places)): values["_line"]}
    for name, place in places.items():
        severity, comment = marks.get(name, ("text", None))
        value = values.get(name)
        if value is None:
            sheet.write_blank(at, place, None, formats[severity])
        else:
            sheet.write_string(at, place, str(value)[:LONGEST], formats[severity])
        if comment:
            sheet.write_comment(at, place, comment[:LONGEST], {"x_scale": 2})


def _marks(said: list[dict], places: dict[str, int]) -> dict[str, tuple[str, str]]:
    """Column -> (worst severity, comment in both languages) for the cells with findings."""
    marks: dict[str, tuple[str, str]] = {}
    for column, line in _cells(said, places):
        before = marks.get(column)
        sentence = f"{line['message_id']}\n({line['message_en']})"
        worst = "error" if "error" in (line["severity"], before[0] if before else None) else "warning"
        marks[column] = (worst, f"{before[1]}\n{sentence}" if before else sentence)
    return marks


def _cells(said: list[dict], places: dict[str, int]) -> Iterator[tuple[str, dict]]:
    """Each line with each of its columns (a key may have several) that the agency delivered."""
    for line in said:
        for column in (line["column_name"] or "").split("|"):
            if column in places:
                yield column, line
