"""The result of every parser: raw Parquet parts, counts of furniture, and notices about the file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

import polars as pl

from assets.intake.encoding import nul_tail
from assets.intake.shown import listed
from validations.contract import Contract, HeaderMatch, header_key
from validations.limits import CELL_CHARACTERS, COLUMNS, TOO_MANY_COLUMNS
from validations.messages import Filled, Message, Refusal
from validations.rows import CELL_TOO_LONG, WRONG_TYPE

PART_ROWS = 500_000
OURS = ("_row_number", "_problem", "_line", WRONG_TYPE)
"""Columns that parsers add to the delivered ones; the last one is added for JSON only."""
NOT_KEPT = "…"
"""Replaces an unsplittable line of a file with unlisted columns, whose values are never stored."""
HEADER_WITHIN = 50
"""Number of rows in which a header is searched; titles may precede it."""

EMPTY_FILE = Message("empty_file", "Berkas kosong.", "The file is empty.")
NO_ROWS = Message("no_rows", "Berkas tidak memuat satu baris data pun.", "The file holds no data row.")
QUIET_DAY = Message(
    "quiet_day",
    "Berkas tidak memuat baris data: tidak ada perubahan untuk dilaporkan.",
    "The file holds no data row: there was no change to tell of.",
)
HTML_INSIDE = Message(
    "html_inside",
    "Berkas ini halaman HTML, bukan tabel. Simpan ulang sebagai XLSX atau CSV.",
    "This file is an HTML page, not a table. Save it again as XLSX or CSV.",
)
COLUMNS_MISSING = Message(
    "columns_missing",
    "Kolom wajib tidak ditemukan: {columns}.{hint}",
    "Required columns are missing: {columns}.{hint}",
)
COLUMN_TWICE = Message(
    "column_twice",
    "Judul kolom {column} muncul dua kali dengan isi berbeda.",
    "Column {column} stands twice in the header, with different content.",
)
COLUMN_TWICE_EQUAL = Message(
    "column_twice_equal",
    "Judul kolom {column} muncul dua kali dengan isi sama; dipakai yang pertama.",
    "Column {column} stands twice in the header with equal content; the first is used.",
)
DRIFT = Message(
    "column_drift",
    "Kolom di luar perjanjian tidak dibaca: {columns}.",
    "Columns outside the contract are left out: {columns}.",
)
NUMBERED_HEADINGS = Message(
    "numbered_headings",
    "Judul kolom dicocokkan tanpa nomornya: {columns}.",
    "Headings were matched without their numbers: {columns}.",
)
HEADER_CHANGES = Message(
    "header_changes",
    "Baris {row} adalah judul kolom lain daripada yang pertama: susunan atau nama kolomnya berubah ({columns}).",
    "Row {row} is a header other than the first: its columns stand in another order or have other names ({columns}).",
)
NUL_TAIL = Message(
    "nul_tail",
    "Berkas berakhir dengan {bytes} byte NUL; periksa apakah barisnya lengkap.",
    "The file ends in {bytes} NUL bytes; see whether all of its rows are there.",
)
CUT_OFF = Message(
    "file_cut_off",
    "Berkas terpotong: baris terakhir tidak lengkap atau tanda kutip tidak ditutup.",
    "The file is cut off: its last row is not complete, or a quote is not closed.",
)
MIXED_ENCODING = Message(
    "mixed_encoding",
    "Berkas mencampur UTF-8 dan Windows-1252; dibaca baris demi baris.",
    "The file mixes UTF-8 and Windows-1252; it was read line by line.",
)


@dataclass(frozen=True)
class Page:
    """A page of a paged answer: its number of rows and its metadata. rows: of the list in the page. followed: another
    page follows; None for a page that states its number instead.
    """

    rows: int
    number: int | None = None
    last: int | None = None
    total: int | None = None
    followed: bool | None = None

    @property
    def numbered(self) -> bool:
        """Whether pages of its kind state their number, and do not name the next."""
        return self.followed is None

    @property
    def whole(self) -> bool:
        """Whether its metadata mark it as the only page of its answer."""
        return self.last == 1 or (self.followed is False and self.total == self.rows)


@dataclass
class ParsedFile:
    """One file as text rows. `stated_totals`: (row number, number) of total rows, to compare with the rows.

    sheets: tables of a workbook with several, by name; each then has its own `parts` and `stated_totals`.
    """

    encoding: str
    parts: list[Path] = field(default_factory=list)
    rows_read: int = 0
    furniture: Counter[str] = field(default_factory=Counter)
    notices: list[Filled] = field(default_factory=list)
    stated_totals: list[tuple[int, int]] = field(default_factory=list)
    cut: bool = False
    page: Page | None = None
    sheets: dict[str, ParsedFile] = field(default_factory=dict)

    def tables(self, file_name: str) -> dict[str, tuple[Path, ...]]:
        """Parts of each table of the file, by the name used to trace its rows: the file's name, or `<file>/<sheet>`.

        No file name has a `/`, so the file can be derived from it (`validations.engine.FILE_OF_TABLE`).
        """
        if not self.sheets:
            return {file_name: tuple(self.parts)}
        return {f"{file_name}/{name}": tuple(sheet.parts) for name, sheet in self.sheets.items()}

    @property
    def rows_furniture(self) -> int:
        return self.furniture.total()


@dataclass(frozen=True)
class Header:
    """The header of a file: its row (from 1), its match, and the names of its columns in raw Parquet."""

    row: int
    match: HeaderMatch
    names: tuple[str, ...]
    delivered: tuple[str, ...]
    doubles: dict[str, str]

    @property
    def listed(self) -> list[str]:
        """Columns that the contract lists, and deletion columns."""
        return [name for name in self.names if name in self.match.positions or name in self.match.deletion]

    @property
    def unlisted(self) -> bool:
        """Whether it has unlisted columns: they are counted and named, but not stored (ruling 38)."""
        return len(self.listed) + len(self.doubles) < len(self.names)


def find_header(rows: Sequence[Sequence[str | None]], contract: Contract) -> Header:
    """Return the first row that has all required columns.

    Raises:
        Refusal: there is none (the message names what the nearest row lacks), or it has too many columns.
    """
    matches = [contract.match(row) for row in rows]
    for number, (row, match) in enumerate(zip(rows, matches, strict=True), start=1):
        if not match.missing and match.positions:
            return _header(number, row, match)
    nearest = max(matches, key=lambda match: len(match.positions), default=contract.match([]))
    raise Refusal(COLUMNS_MISSING, {"columns": listed(nearest.missing), "hint": _hint(nearest)})


def header_of_keys(keys: list[str], contract: Contract) -> Header:
    """Make a header of the keys of JSON objects.

    Raises:
        Refusal: required columns are missing, or there are too many keys.
    """
    match = contract.match(keys)
    if match.missing:
        raise Refusal(COLUMNS_MISSING, {"columns": listed(match.missing), "hint": _hint(match)})
    return _header(0, keys, match)


def _hint(match: HeaderMatch) -> str:
    """` (X → Y?)` for each missing column that resembles an unlisted heading.

    Empty for a row that is hardly a header: it could be personal data.
    """
    if len(match.positions) < len(match.missing):
        return ""
    unlisted = {header_key(header): header for header in match.unlisted}
    pairs = []
    for name in match.missing:
        for close in get_close_matches(header_key(name), unlisted, n=1, cutoff=0.6):
            pairs.append(f"{unlisted[close]} → {name}?")
    return f" ({'; '.join(pairs)})" if pairs else ""


def _header(number: int, row: Sequence[str | None], match: HeaderMatch) -> Header:
    """Give every column a unique name: the contract's, else the delivered one, numbered if it is taken."""
    if sum(bool(cell and cell.strip()) for cell in row) > COLUMNS:
        raise Refusal(TOO_MANY_COLUMNS)
    by_position = {position: name for name, position in (*match.positions.items(), *match.deletion.items())}
    names: list[str] = []
    doubles: dict[str, str] = {}
    for position, cell in enumerate(row):
        name = by_position.get(position)
        if name is None:
            name = (cell or "").strip() or f"kolom {position + 1}"
            owner = next((column for column, at in match.doubled.items() if position in at), None)
            while name in names or name in match.positions or name.startswith("_"):
                name = f"{name.lstrip('_')} ({position + 1})"  # prefix `_` is reserved for our columns
            if owner:
                doubles[name] = owner
        names.append(name)
    return Header(number, match, tuple(names), tuple((cell or "") for cell in row), doubles)


def header_notices(header: Header) -> list[Filled]:
    """Notices about the header: unlisted and numbered headings."""
    said = ((DRIFT, header.match.unlisted), (NUMBERED_HEADINGS, header.match.numbered))
    return [message.fill(columns=listed(headings)) for message, headings in said if headings]


def text_notices(path: Path, encoding: str) -> list[Filled]:
    """Notices about a file's text: mixed encodings, NULs at its end."""
    mixed = [MIXED_ENCODING.fill()] if encoding == "mixed" else []
    nuls = nul_tail(path, encoding)
    return [*mixed, *([NUL_TAIL.fill(bytes=nuls)] if nuls else [])]


def _with_long_cells_cut(frame: pl.DataFrame) -> pl.DataFrame:
    """Mark rows with a cell that is too long, and cut the cell, so that later steps need not hold it."""
    texts = [name for name, kind in frame.schema.items() if kind == pl.String]
    longest = frame.select(pl.col(texts).str.len_bytes().max().fill_null(0)).row(0, named=True)
    long = [pl.col(name).str.len_chars() > CELL_CHARACTERS for name in texts if longest[name] > CELL_CHARACTERS]
    if not long:
        return frame
    problem = pl.when(pl.any_horizontal(long).fill_null(False)).then(pl.lit(CELL_TOO_LONG.code))
    return frame.with_columns(
        pl.coalesce("_problem", problem).alias("_problem"),
        *(pl.col(name).str.slice(0, CELL_CHARACTERS) for name in texts if name != "_problem"),
    )


class PartWriter:
    """Collects frames of raw rows and writes them as parts of at most PART_ROWS rows.

    may_be_empty: the file belongs to a delta, which may have no rows (ruling 21).
    """

    def __init__(self, parsed: ParsedFile, header: Header, out_dir: Path, prefix: str, may_be_empty: bool) -> None:
        self._parsed, self._header, self._stem = parsed, header, out_dir / prefix
        self._may_be_empty = may_be_empty
        self._waiting: list[pl.DataFrame] = []
        self._rows = 0
        self._unequal: set[str] = set()

    def add(self, frame: pl.DataFrame) -> None:
        """Add a frame with all columns of the file and ours; unlisted columns are not written."""
        whole = frame.filter(pl.col("_problem").is_null()) if self._header.doubles else frame
        for double, owner in self._header.doubles.items():
            if not whole.select(pl.col(double).eq_missing(pl.col(owner)).all()).item():
                self._unequal.add(owner)
        ours = [name for name in OURS if name in frame.columns]
        self._waiting.append(_with_long_cells_cut(frame).select(*self._header.listed, *ours))
        self._rows += frame.height
        while self._rows >= PART_ROWS:
            self._write(PART_ROWS)

    def close(self) -> None:
        """Write the remaining rows.

        Raises:
            Refusal: a column appears twice with different content, or a snapshot has no row.
        """
        if self._unequal:
            raise Refusal(COLUMN_TWICE, {"column": ", ".join(sorted(self._unequal))})
        if self._rows:
            self._write(self._rows)
        if not self._parsed.rows_read and not self._may_be_empty:
            raise Refusal(NO_ROWS)
        if not self._parsed.rows_read:
            texts = dict.fromkeys((*self._header.listed, *OURS), pl.String)
            self._waiting = [pl.DataFrame(schema={**texts, "_row_number": pl.Int64})]
            self._write(0)
            self._parsed.notices.append(QUIET_DAY.fill())
        self._parsed.notices += [
            COLUMN_TWICE_EQUAL.fill(column=owner) for owner in sorted(set(self._header.doubles.values()))
        ]

    def _write(self, rows: int) -> None:
        together = pl.concat(self._waiting)
        path = self._stem.with_name(f"{self._stem.name}-{len(self._parsed.parts):04d}.parquet")
        together.head(rows).write_parquet(path, compression="lz4", statistics=False)  # read once, then deleted
        self._parsed.parts.append(path)
        self._parsed.rows_read += rows
        self._waiting, self._rows = [together.slice(rows)], together.height - rows
