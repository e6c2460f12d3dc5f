"""Exports as files: text tables in several encodings, workbooks with their titles, subtotals and notes (`_SELESAI`
when done).
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import polars as pl
import xlsxwriter

from simulation.defects import NUMBER

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
    """A delimited text table. encoding: utf-8, utf-8-sig, utf-16, windows-1252, or mixed (the lower half in another
    one than the upper).
    """
    frame = frame.with_columns(pl.col(pl.String).str.replace(rf"^{NUMBER}(\d)(\d{{5}})\d+$", "$1,${2}E+15"))
    with path.open("wb") as file:
        if encoding in ("utf-8", "utf-8-sig"):
            file.write(codecs.BOM_UTF8 if encoding == "utf-8-sig" else b"")
            frame.write_csv(file, separator=separator)
        elif encoding == "mixed":
            half = frame.height // 2
            frame.head(half).write_csv(file, separator=separator)
            rest = frame.slice(half).write_csv(separator=separator, include_header=False)
            file.write(rest.encode("cp1252", errors="replace"))
        else:
            text = frame.write_csv(separator=separator)
            file.write(text.encode("cp1252" if encoding == "windows-1252" else encoding, errors="replace"))


def write_workbook(parts: Iterable[pl.DataFrame], path: Path, sheet: str, title: str) -> None:
    """A workbook as offices make them: a merged title, a blank row, the header; after each part (a kabupaten/kota) its
    subtotal, a blank row and the header again; a total, a note.
    """
    with xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_numbers": False}) as workbook:
        page = workbook.add_worksheet(sheet)
        row, total, subtotal, header = 3, 0, 0, None
        for frame in parts:
            if header is None:
                page.merge_range(0, 0, 0, frame.width - 1, title)
                page.write_string(1, 0, "PROVINSI BANTEN (DATA SIMULASI, BUKAN DATA NYATA)")
            else:
                page.write_string(row, 0, "JUMLAH")
                page.write_number(row, 2, subtotal)
                row += 2
            header = list(frame.columns)
            _write(page, row, header)
            for cells in frame.iter_rows():
                row += 1
                _write(page, row, cells)
            row += 1
            subtotal = frame.height
            total += subtotal
        page.write_string(row, 0, "JUMLAH")
        page.write_number(row, 2, total)
        page.write_string(row + 2, 0, "Sumber: simulasi Sadaya")


def _write(page: xlsxwriter.worksheet.Worksheet, row: int, cells: tuple | list) -> None:
    for column, cell in enumerate(cells):
        if cell is None:
            continue
        if cell[:1] == NUMBER:
            page.write_number(row, column, float(cell[1:]))
        else:
            page.write_string(row, column, cell)
