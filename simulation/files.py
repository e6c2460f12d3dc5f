"""Writes exports as files: text tables in several encodings, workbooks with their titles, subtotals and notes
(`_SELESAI` when complete).
"""

from __future__ import annotations

import codecs
import gzip
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from simulation.defects import NUMBER
from validations import regions

DONE = "_SELESAI"
WORKBOOK_ROWS = 1_000_000


@dataclass(frozen=True)
class Table:
    """A province-wide text table."""

    name: str
    separator: str

    def write(self, parts: list[Path], folder: Path, night: int) -> None:
        encoding = "utf-16" if night % 3 == 2 else "utf-8"
        write_table(pl.read_parquet(parts), folder / self.name, self.separator, encoding)


@dataclass(frozen=True)
class Workbook:
    """A province-wide workbook; if it exceeds a sheet's size, text tables by kabupaten/kota instead."""

    name: str
    sheet: str
    title: str

    def write(self, parts: list[Path], folder: Path, night: int) -> None:
        if pl.scan_parquet(parts).select(pl.len()).collect().item() <= WORKBOOK_ROWS:
            write_workbook(map(pl.read_parquet, parts), folder / f"{self.name}.xlsx", self.sheet, self.title)
            return
        for code, part in zip(regions.regency_codes(), parts, strict=True):
            write_table(pl.read_parquet(part), folder / f"{self.name}_{code}.csv", ";")


@dataclass(frozen=True)
class Lines:
    """One JSON object per line; on some nights gzipped, if `zipped`."""

    name: str
    zipped: bool = False

    def write(self, parts: list[Path], folder: Path, night: int) -> None:
        packed = self.zipped and night % 2 == 0
        path = folder / (f"{self.name}.gz" if packed else self.name)
        with gzip.GzipFile(path, "wb", mtime=0) if packed else path.open("wb") as file:
            for part in parts:
                file.write(("\n".join(objects(pl.read_parquet(part))) + "\n").encode())


@dataclass(frozen=True)
class Pages:
    """The pages of a paged response: numbered ones, or OData's with a link to the next."""

    stem: str
    size: int
    link: str = ""

    def write(self, parts: list[Path], folder: Path, night: int) -> None:
        rows = pl.concat([objects(pl.read_parquet(part)) for part in parts])
        last = max(1, -(-rows.len() // self.size))
        for number in range(1, last + 1):
            page = rows.slice((number - 1) * self.size, self.size)
            (folder / f"{self.stem}_p{number:04d}.json").write_text(self._answer(page, number, last, rows.len()))

    def _answer(self, page: pl.Series, number: int, last: int, total: int) -> str:
        listed = ",".join(page)
        if not self.link:
            meta = json.dumps({"page": number, "last_page": last, "total": total})
            return f'{{"data":[{listed}],"meta":{meta}}}'
        following = f',"@odata.nextLink":"{self.link}?%24skiptoken={number}"' if number < last else ""
        service, _, table = self.link.rpartition("/")
        context = f'"@odata.context":"{service}/$metadata#{table}"'
        return f'{{{context},"value":[{listed}],"@odata.count":{total}{following}}}'


def objects(frame: pl.DataFrame) -> pl.Series:
    """Rows as JSON objects; a number in a workbook is also a number here."""
    lines = frame.select(pl.struct(pl.all()).struct.json_encode().alias("line"))["line"]
    return lines.str.replace_all(rf'"{NUMBER}(\d+)"', "$1")


def folder(landing: Path, source: str, day: date) -> Path:
    path = landing / source / day.isoformat()
    path.mkdir(parents=True, exist_ok=True)
    return path


def done(landing: Path) -> None:
    """Mark every folder as complete."""
    for path in landing.glob("*/*"):
        (path / DONE).touch()


def write_table(frame: pl.DataFrame, path: Path, separator: str, encoding: str = "utf-8") -> None:
    """A delimited text table. encoding: utf-8, utf-8-sig, utf-16, windows-1252, or mixed (the lower half in another one
    than the upper).
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


def _write(page: Worksheet, row: int, cells: tuple | list) -> None:
    for column, cell in enumerate(cells):
        if cell is None:
            continue
        if cell[:1] == NUMBER:
            page.write_number(row, column, float(cell[1:]))
        else:
            page.write_string(row, column, cell)
