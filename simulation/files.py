"""Exports as files: text tables in several encodings, workbooks with their titles, subtotals and notes (`_SELESAI`
when done).
"""

from __future__ import annotations

import codecs
from datetime import date
from pathlib import Path

import polars as pl
import xlsxwriter

DONE = "_SELESAI"


def folder(landing: Path, source: str, day: date) -> Path:
    path = landing / source / day.isoformat()
    path.mkdir(parents=True, exist_ok=True)
    return path


def done(landing: Path) -> None:
    """Mark every folder as finished by its sender."""
    for path in landing.glob("*/*"):
        (path / DONE).touch()


def write_table(frame: pl.DataFrame, path: Path, separator: str, encoding: str = "utf-8") -> None:
    """A delimited text table. encoding: utf-8, utf-8-sig, utf-16 or windows-1252."""
    if encoding in ("utf-8", "utf-8-sig"):
        with path.open("wb") as file:
            if encoding == "utf-8-sig":
                file.write(codecs.BOM_UTF8)
            frame.write_csv(file, separator=separator)
        return
    text = frame.write_csv(separator=separator)
    path.write_bytes(text.encode("cp1252" if encoding == "windows-1252" else encoding, errors="replace"))


def write_workbook(frame: pl.DataFrame, path: Path, sheet: str, title: str) -> None:
    """A workbook as offices make them: merged titles, a blank row, the header; a header again in the middle, a
    total, a note.
    """
    with xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_numbers": False}) as workbook:
        page = workbook.add_worksheet(sheet)
        header = list(frame.columns)
        page.write_string(0, 0, title)
        page.write_string(1, 0, "PROVINSI BANTEN (DATA SIMULASI, BUKAN DATA NYATA)")
        row = 3
        _write(page, row, header)
        middle = frame.height // 2
        for number, cells in enumerate(frame.iter_rows()):
            row += 1
            if number == middle and number:
                _write(page, row, header)
                row += 1
            _write(page, row, cells)
        page.write_string(row + 1, 0, "JUMLAH")
        page.write_number(row + 1, 2, frame.height)
        page.write_string(row + 3, 0, "Sumber: simulasi Sadaya")


def _write(page: xlsxwriter.worksheet.Worksheet, row: int, cells: tuple | list) -> None:
    for column, cell in enumerate(cells):
        if cell is not None:
            page.write_string(row, column, cell)
