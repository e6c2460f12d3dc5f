"""What a workbook may cost before any of it is read (ruling 36).

The reader of sheets holds a sheet as a grid from its first cell to its last, each 32 bytes, however few of them say
anything: one stray cell in the last row and column is half a terabyte. So the cells' own references are looked at
first, in the XML as it is unpacked (what `dimension` says may be wrong). A sheet whose grid is out of proportion is
written anew, without what lies outside of its table.
"""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

import fastexcel

from assets.intake.parsed import HEADER_WITHIN, find_header
from assets.intake.shown import masked
from validations import limits
from validations.contract import Contract
from validations.messages import Filled, Refusal

BYTES_PER_CELL = 8
"""A grid may have one cell for every so many bytes of its sheet's XML. A cell that says something takes some 35."""
_SHEETS = "xl/worksheets/"
_BLOCK = 1 << 20
_REFERENCE_WITHIN = 64
"""No reference that a block's end cuts in two is longer."""
_WIDE = re.compile(rb"""r=["']([A-Za-z]{2,})(\d{1,7})""")  # what begins with letters is looked for six times as fast
_REFERENCE = re.compile(rb"""r=["'][A-Za-z]*(\d{1,7})""")
"""Columns beyond XFD and rows beyond the last are no cells of a sheet, but the reader makes room for them."""
_SINGLE_LETTERS = 26


@contextmanager
def bounded(path: Path, contract: Contract, scratch: Path) -> Generator[tuple[Path, list[Filled]]]:
    """The workbook with sheets in proportion, itself if they are, and notices of what was left out of it.

    Raises:
        Refusal: it unpacks to too much, or a sheet is out of proportion within its table's columns too.
        zipfile.BadZipFile, zlib.error, expat.ExpatError: it is damaged.
    """
    with zipfile.ZipFile(path) as archive:
        unpacked = sum(member.file_size for member in archive.infolist())
        if unpacked > limits.unpacked_most(path.stat().st_size):
            raise Refusal(limits.UNPACKED_TOO_LARGE)
        parts = [name for name in archive.namelist() if name.startswith(_SHEETS) and name.endswith(".xml")]
        large = [part for part in parts if _out_of_proportion(archive, part)]
        if not large:
            yield path, []
            return
        with tempfile.TemporaryDirectory(dir=scratch) as folder:
            head, clipped = Path(folder) / "head.xlsx", Path(folder) / "clipped.xlsx"
            _rewrite(archive, head, {part: _Clip(rows=HEADER_WITHIN) for part in parts})
            clips = {part: clip for part, clip in _clips(archive, head, contract) if part in large}
            _rewrite(archive, clipped, clips)
            yield clipped, [notice for clip in clips.values() for notice in clip.judged()]


def _out_of_proportion(archive: zipfile.ZipFile, part: str) -> bool:
    """Whether the sheet's grid is large for what is in it, judged by the cells beyond column Z and the last row of
    every block. A sheet that hides its extent from this is still read within the limits of a process.
    """
    rows, columns, size, tail = 0, _SINGLE_LETTERS, 0, b""
    with archive.open(part) as xml:
        while block := xml.read(_BLOCK):
            size, text = size + len(block), tail + block
            wide, last = _WIDE.findall(text), _REFERENCE.findall(text, max(0, len(text) - 4096))
            columns = max([columns, *map(_column, {letters for letters, _ in wide})])
            rows = max([rows, *map(int, last), *(int(row) for _, row in wide)])
            tail = block[-_REFERENCE_WITHIN:]
    return rows * columns > max(limits.SHEET_SMALL, size // BYTES_PER_CELL)


def _column(letters: bytes) -> int:
    """The number of a column, from 1: `A`, `Z`, `AA`, `XFD`."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _letters(column: int) -> str:
    name = ""
    while column:
        column, at = divmod(column - 1, 26)
        name = chr(65 + at) + name
    return name


@dataclass
class _Clip:
    """Which cells of a sheet are kept, and what was seen of them while it was written anew.

    key: the column (from 1) whose cells tell rows with a key, below the row `header`.
    """

    sheet: str = ""
    rows: int = 1 << 20
    columns: int = 1 << 14
    header: int = 0
    key: int = 0
    keyed: int = 0
    last: tuple[int, int] = (0, 0)
    left_out: int = 0
    first_left_out: tuple[int, int] = (0, 0)

    def keeps(self, row: int, column: int) -> bool:
        """Whether a cell is kept."""
        if row > self.rows or column > self.columns:
            self.left_out += 1
            if self.left_out == 1:
                self.first_left_out = row, column
            return False
        self.keyed += column == self.key and row > self.header
        self.last = max(self.last, (row, column))
        return True

    def judged(self) -> list[Filled]:
        """What is to be said of the sheet.

        Raises:
            Refusal: what is kept is out of proportion.
        """
        rows = self.last[0]
        if self.key and rows * self.columns > max(limits.SHEET_SMALL, limits.SHEET_SPREAD * self.keyed * self.columns):
            said = {"sheet": self.sheet, "rows": rows, "keyed": self.keyed, "cell": f"{_letters(self.last[1])}{rows}"}
            raise Refusal(limits.SHEET_TOO_LARGE, said)
        if not self.key or not self.left_out:
            return []
        row, column = self.first_left_out
        return [limits.CELLS_OUTSIDE.fill(sheet=self.sheet, cells=self.left_out, cell=f"{_letters(column)}{row}")]


def _clips(archive: zipfile.ZipFile, head: Path, contract: Contract) -> Iterator[tuple[str, _Clip]]:
    """How each sheet is to be clipped: to the columns of its header, or where it has none to its first rows."""
    book = fastexcel.read_excel(head)
    for name, part in _parts(archive).items():
        if name not in book.sheet_names:
            continue
        rows = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string").to_polars().rows()
        try:
            header = find_header(rows, contract)
        except Refusal as refusal:
            if refusal.message is limits.TOO_MANY_COLUMNS:
                raise
            yield part, _Clip(masked(name), rows=HEADER_WITHIN)
            continue
        width = max(at for at, cell in enumerate(header.delivered, start=1) if cell.strip())
        key = header.match.positions[contract.key[0]] + 1
        yield part, _Clip(masked(name), columns=width, header=header.row, key=key)


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Name of each sheet -> the archive's member that holds it."""
    targets: dict[str, str] = {}
    sheets: dict[str, str] = {}

    def relation(tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship":
            target = attributes.get("Target", "")
            targets[attributes.get("Id", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"

    def sheet(tag: str, attributes: dict[str, str]) -> None:
        if tag == "sheet":
            reference = next((value for name, value in attributes.items() if _local(name) == "id"), "")
            sheets[attributes.get("name", "")] = targets.get(reference, "")

    for member, note in (("xl/_rels/workbook.xml.rels", relation), ("xl/workbook.xml", sheet)):
        if member not in archive.namelist():
            return {}
        parser = _parser()
        parser.StartElementHandler = lambda tag, attributes, note=note: note(_local(tag), attributes)
        with archive.open(member) as xml:
            parser.ParseFile(xml)
    return sheets


def _rewrite(archive: zipfile.ZipFile, target: Path, clips: Mapping[str, _Clip]) -> None:
    """The workbook with the sheets of `clips` written anew; its other members are as they were."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out:
        for name in dict.fromkeys(archive.namelist()):
            with archive.open(name) as xml, out.open(name, "w", force_zip64=True) as member:
                if name in clips:
                    _Sheet(clips[name].keeps, lambda text, member=member: member.write(text.encode())).read(xml)
                else:
                    while block := xml.read(_BLOCK):
                        member.write(block)


class _Sheet:
    """Reads a sheet's XML and writes its cells that are kept, in as plain a form as there is."""

    def __init__(self, keeps: Callable[[int, int], bool], write: Callable[[str], object]) -> None:
        self._keeps, self._write = keeps, write
        self._row = self._column = 0
        self._row_open = False
        self._cell: dict[str, str] | None = None
        self._texts: dict[str, list[str]] = {}
        self._inside: list[str] = []

    def read(self, xml: IO[bytes]) -> None:
        parser = _parser()
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._text
        self._write('<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>')
        parser.ParseFile(xml)
        self._write("</sheetData></worksheet>")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = _local(name)
        if self._cell is not None:
            self._inside.append(tag)
        elif tag == "row":
            number = attributes.get("r", "")
            self._row = int(number) if re.fullmatch(r"\d{1,7}", number) else self._row + 1
            self._column = 0
        elif tag == "c":
            found = re.fullmatch(r"([A-Za-z]{1,9})(\d{1,9})", attributes.get("r", ""))
            self._column = _column(found[1].encode()) if found else self._column + 1
            self._row = int(found[2]) if found else self._row
            self._cell, self._texts = attributes, {}

    def _text(self, text: str) -> None:
        """What a cell says: its value, its formula, or the text that stands in it (not how it is pronounced)."""
        if self._inside and "rPh" not in self._inside and self._inside[-1] in ("v", "f", "t"):
            self._texts.setdefault(self._inside[-1], []).append(text)

    def _end(self, name: str) -> None:
        tag = _local(name)
        if self._inside:
            self._inside.pop()
        elif tag == "c" and self._cell is not None:
            if self._texts and self._keeps(self._row, self._column):
                self._write_cell(self._cell)
            self._cell = None
        elif tag == "row" and self._row_open:
            self._write("</row>")
            self._row_open = False

    def _write_cell(self, attributes: Mapping[str, str]) -> None:
        if not self._row_open:
            self._write(f'<row r="{self._row}">')
            self._row_open = True
        said = {tag: escape("".join(texts)) for tag, texts in self._texts.items()}
        kept = "".join(f" {name}={quoteattr(attributes[name])}" for name in ("s", "t") if name in attributes)
        inside = f'<is><t xml:space="preserve">{said["t"]}</t></is>' if "t" in said else ""
        inside += "".join(f"<{tag}>{said[tag]}</{tag}>" for tag in ("f", "v") if tag in said)
        self._write(f'<c r="{_letters(self._column)}{self._row}"{kept}>{inside}</c>')


def _parser() -> expat.XMLParserType:
    """A parser of XML without entities of its own: no workbook has them, and they can stand for gigabytes."""

    def declared(*_: object) -> None:
        raise expat.ExpatError("a document type is declared")

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = declared
    return parser


def _local(name: str) -> str:
    return name.rpartition(":")[2]
