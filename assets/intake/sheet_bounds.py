"""Limits the memory that reading a workbook takes (ruling 36).

The reader of sheets allocates a grid from the first cell to the last, 32 bytes per cell, even for empty cells: one
stray cell in the last row and column takes half a terabyte. So the references of cells are checked first, in the XML
while it is unpacked (`dimension` may be wrong). A sheet whose grid is out of proportion is rewritten without the cells
outside its table.
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
"""A grid may have one cell per this many bytes of its sheet's XML. A cell with a value takes about 35."""
_SHEETS = "xl/worksheets/"
_BLOCK = 1 << 20
_REFERENCE_WITHIN = 64
"""Maximum length of a reference that the end of a block may cut in two."""
_WIDE = re.compile(rb"""r=["']([A-Za-z]{2,})(\d{1,7})""")  # a search that begins with letters is six times as fast
_REFERENCE = re.compile(rb"""r=["'][A-Za-z]*(\d{1,7})""")
"""Matches columns beyond XFD and rows beyond the last too: they are invalid, but the reader allocates them."""
_SINGLE_LETTERS = 26


@contextmanager
def bounded(path: Path, contract: Contract, scratch: Path) -> Generator[tuple[Path, list[Filled]]]:
    """Yield a workbook with all sheets in proportion (the same file if they are), and notices of omitted cells.

    Raises:
        Refusal: it is too large when unpacked, or a sheet is out of proportion even within its table's columns.
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
    """Whether the sheet's grid is too large for its content, judged by cells beyond column Z and the last row of every
    block. A sheet that evades this check is still read within the limits of the parser's process.
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
    """The limits by which cells of a sheet are kept, and counts of them made during rewriting.

    key: the key column (from 1), whose cells below the row `header` are counted as `keyed`.
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
        """Whether a cell is kept; counts it."""
        if row > self.rows or column > self.columns:
            self.left_out += 1
            if self.left_out == 1:
                self.first_left_out = row, column
            return False
        self.keyed += column == self.key and row > self.header
        self.last = max(self.last, (row, column))
        return True

    def judged(self) -> list[Filled]:
        """Notices about the sheet.

        Raises:
            Refusal: the kept cells are out of proportion.
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
    """How to clip each sheet: to the columns of its header, or without a header to its first rows."""
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
    """Name of each sheet -> its member in the archive."""
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
    """Write the workbook with the sheets of `clips` rewritten and its other members copied."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out:
        for name in dict.fromkeys(archive.namelist()):
            with archive.open(name) as xml, out.open(name, "w", force_zip64=True) as member:
                if name in clips:
                    _Sheet(clips[name].keeps, lambda text, member=member: member.write(text.encode())).read(xml)
                else:
                    while block := xml.read(_BLOCK):
                        member.write(block)


class _Sheet:
    """Reads a sheet's XML and writes the cells that are kept as minimal XML."""

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
            self._row = int(number) if re.fullmatch(r"[0-9]{1,7}", number) else self._row + 1
            self._column = 0
        elif tag == "c":
            found = re.fullmatch(r"([A-Za-z]{1,9})([0-9]{1,9})", attributes.get("r", ""))
            self._column = _column(found[1].encode()) if found else self._column + 1
            self._row = int(found[2]) if found else self._row
            self._cell, self._texts = attributes, {}

    def _text(self, text: str) -> None:
        """Collect a cell's value, formula or inline text (not phonetic text)."""
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
    """Make an XML parser that rejects document types: no workbook has one, and entities can expand to gigabytes."""

    def declared(*_: object) -> None:
        raise expat.ExpatError("a document type is declared")

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = declared
    return parser


def _local(name: str) -> str:
    return name.rpartition(":")[2]
