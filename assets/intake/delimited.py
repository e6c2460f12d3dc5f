"""Parses text tables: finds the header by content, splits rows with Arrow, and keeps every row that does not fit."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
from pyarrow import csv as arrow_csv

from assets.intake.encoding import NUL_MARK, encoding_of, utf8_lines
from assets.intake.file_kinds import refusal_of, refuse_other_kinds
from assets.intake.furniture import take_out
from assets.intake.parsed import (
    COLUMNS_MISSING,
    CUT_OFF,
    EMPTY_FILE,
    HEADER_WITHIN,
    HTML_INSIDE,
    NOT_KEPT,
    Header,
    ParsedFile,
    PartWriter,
    find_header,
    header_notices,
    text_notices,
)
from assets.intake.records import QUOTE_MARK, Records, split, whole_records
from assets.sources import Delimited, Source
from validations.contract import Contract
from validations.messages import Message, Refusal
from validations.rows import FILE_CUT, NUL_BYTE, ROW_SHAPE

WRONG_DELIMITER = Message(
    "wrong_delimiter",
    "Pemisah kolom seharusnya “{expected}”, berkas memakai “{found}”.",
    "Columns must be separated by `{expected}`, the file uses `{found}`.",
)
_DELIMITERS = {";": "; (titik koma)", ",": ", (koma)", "\t": "tab", "|": "|"}
NUL_SHOWN = "\u2400"


def parse_delimited(path: Path, source: Source, format_: Delimited, out_dir: Path, prefix: str) -> ParsedFile:
    """Parse a delimited text file to raw Parquet parts.

    Raises:
        Refusal: empty, not text, not the declared columns or delimiter, no data row, or a snapshot that is cut off
            (ruling 11).
    """
    refuse_other_kinds(path)
    encoding = encoding_of(path)
    lines = utf8_lines(path, encoding)
    first = next(lines, b"")
    table, rest = _find_table(first, source.contract, format_.delimiter)
    parsed = ParsedFile(encoding, notices=header_notices(table.header))
    parsed.notices += text_notices(path, encoding)
    if table.header.row > 1:
        parsed.furniture["title"] += table.header.row - 1
    writer = PartWriter(parsed, table.header, out_dir, prefix, source.kind == "delta")
    for records in whole_records(chain([rest], lines), format_.delimiter, len(table.header.names)):
        kept = take_out(table.frame(records), table.header, source.contract, parsed)
        parsed.cut = parsed.cut or records.unclosed or (kept["_problem"] == FILE_CUT.code).any()
        writer.add(kept)
    if parsed.cut and source.kind == "snapshot":
        raise Refusal(CUT_OFF)
    if parsed.cut:
        parsed.notices.append(CUT_OFF.fill())
    writer.close()
    return parsed


def _find_table(first: bytes, contract: Contract, delimiter: str) -> tuple[_Table, bytes]:
    """Find the table's header in the first chunk of a text. Returns the table and the chunk from the header's end."""
    lines = first.split(b"\n", 2 * HEADER_WITHIN)[: 2 * HEADER_WITHIN]
    head = list(_joined([line.decode() for line in lines], contract, delimiter))
    if not any(record.strip() for record in head):
        raise Refusal(EMPTY_FILE)
    if head[0].lstrip().startswith("<"):
        raise Refusal(HTML_INSIDE)
    rows = [_trimmed(split(record, delimiter)[0]) for record in head]
    try:
        header = find_header(rows[:HEADER_WITHIN], contract)
    except Refusal as refusal:
        raise _with_delimiter(refusal, head, contract, delimiter) from None
    above = "\n".join(head[: header.row]).encode()
    width = _delivered_width(head[header.row :], delimiter, len(header.names))
    return _Table(header, delimiter, width), first[len(above) + 1 :]


def _trimmed(cells: list[str]) -> list[str | None]:
    """Strip the cells and drop blank cells at the end of the row."""
    filled = [position for position, cell in enumerate(cells, start=1) if cell.strip()]
    return [cell.strip() or None for cell in cells[: max(filled, default=0)]]


def _joined(lines: list[str], contract: Contract, delimiter: str) -> Iterator[str]:
    """The records of the head of a file. An open quote is a slip if it is still open at the head's end, or takes in a
    line that is a header by itself: the rows below it would be part of a title.
    """
    start = 0
    while start < len(lines):
        ends = range(start + 1, len(lines) + 1)
        end = next((end for end in ends if not split("\n".join(lines[start:end]), delimiter)[1]), start + 1)
        if any(_is_header(line, contract, delimiter) for line in lines[start + 1 : end]):
            end = start + 1
        yield "\n".join(lines[start:end])
        start = end


def _is_header(line: str, contract: Contract, delimiter: str) -> bool:
    match = contract.match(_trimmed(split(line, delimiter)[0]))
    return not match.missing and bool(match.positions)


def _delivered_width(records: list[str], delimiter: str, width: int) -> int:
    """Number of cells of the rows below a header: more than the header has, if most rows end with extra delimiters."""
    rows = [split(record, delimiter)[0] for record in records if record.strip()]
    wide = Counter(len(row) for row in rows if len(row) > width and not any(cell.strip() for cell in row[width:]))
    return wide.most_common(1)[0][0] if wide.total() * 2 > len(rows) else width


def _with_delimiter(refusal: Refusal, head: list[str], contract: Contract, delimiter: str) -> Refusal:
    """Replace a refusal for missing columns if the text is JSON, or its header fits with another delimiter."""
    others = {other: shown for other, shown in _DELIMITERS.items() if other != delimiter}
    if refusal.message is COLUMNS_MISSING and re.match(r"\s*(?:\[\s*)?\{\s*[\"}]", head[0]):
        return refusal_of("json")
    for other, shown in others.items() if refusal.message is COLUMNS_MISSING else ():
        if any(not contract.match(split(record, other)[0]).missing for record in head):
            return Refusal(WRONG_DELIMITER, {"expected": _DELIMITERS[delimiter], "found": shown})
    return refusal


@dataclass
class _Table:
    """Converts records to frames. `width`: cells of a delivered row, the header's and blank ones beyond it.

    `read`: number of records converted so far, including the header and those above it.
    """

    header: Header
    delimiter: str
    width: int
    read: int = -1

    def __post_init__(self) -> None:
        self.read = self.header.row

    def frame(self, records: Records) -> pl.DataFrame:
        """Convert every record of a chunk: the header's columns, `_row_number`, `_problem`, `_line`."""
        bad: list[tuple[int, str]] = []
        good = self._split(records.text.removeprefix(codecs.BOM_UTF8) or b"\n", bad)  # Arrow makes no row of a lone BOM
        bad_numbers = np.array([number for number, _ in bad], np.int64)
        numbers = np.setdiff1d(np.arange(1, len(good) + len(bad) + 1), bad_numbers, assume_unique=True)
        frame = self._with_problems(good, numbers, records)
        if bad:
            frame = pl.concat([frame, self._broken(bad, len(numbers) + len(bad), records)]).sort("_row_number")
        self.read += frame.height
        return frame

    def _split(self, text: bytes, bad: list[tuple[int, str]]) -> pl.DataFrame:
        """Split rows of the right width with Arrow; others go to `bad`. Arrow numbers rows only in a single thread."""

        def note(row: arrow_csv.InvalidRow) -> str:
            bad.append((row.number, row.text))
            return "skip"

        surplus = [f"_surplus {position}" for position in range(len(self.header.names), self.width)]
        names = [*self.header.names, *surplus]
        table = arrow_csv.read_csv(
            pa.BufferReader(text),
            arrow_csv.ReadOptions(use_threads=False, block_size=len(text) + 1, column_names=names),
            arrow_csv.ParseOptions(
                delimiter=self.delimiter, newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=note
            ),
            arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), null_values=[""], strings_can_be_null=True
            ),
        )
        return pl.DataFrame(table)

    def _with_problems(self, rows: pl.DataFrame, numbers: np.ndarray, records: Records) -> pl.DataFrame:
        """Rows that Arrow could split, with number and problem; blank cells become null."""
        texts, problem, line = list(self.header.names), pl.lit(None, pl.String), pl.lit(None, pl.String)
        cells = [_filled(pl.col(name)).alias(name) for name in texts]
        for mark, (shown, message) in _marks(records).items():
            if mark.encode() in records.text:
                marked = (pl.col(name).str.contains(mark, literal=True).fill_null(False) for name in texts)
                problem = pl.when(pl.any_horizontal(marked)).then(pl.lit(message.code)).otherwise(problem)
                cells = [cell.str.replace_all(mark, shown, literal=True) for cell in cells]
        if len(rows.columns) > len(texts):
            beyond = pl.any_horizontal(_filled(pl.col(name)).is_not_null() for name in rows.columns[len(texts) :])
            problem = pl.when(beyond).then(pl.lit(ROW_SHAPE.code)).otherwise(problem)
            whole = pl.concat_str(pl.all().fill_null(""), separator=self.delimiter)
            line = pl.when(beyond).then(pl.lit(NOT_KEPT) if self.header.unlisted else whole)
        number = pl.Series("_row_number", self.read + numbers, pl.Int64)
        return rows.select(*cells, number, problem.alias("_problem"), line.alias("_line"))

    def _broken(self, bad: list[tuple[int, str]], last: int, records: Records) -> pl.DataFrame:
        """Rows of another width: cells by position up to the header's width, `_problem`, and the line itself."""
        width, marks, hide = len(self.header.names), _marks(records), self.header.unlisted
        unended = records.last and not records.text.endswith(b"\n")
        rows = []
        for number, line in bad:
            cells, _ = split(line, self.delimiter)
            short, beyond = len(cells) < width, any(cell.strip() for cell in cells[width:])
            problem = (FILE_CUT if unended and number == last and short else ROW_SHAPE) if short or beyond else None
            aligned = problem is FILE_CUT  # the existing cells are in the right columns
            for mark, (shown, message) in marks.items():
                if mark in line:
                    problem, aligned = message, False
                    line, cells = line.replace(mark, shown), [cell.replace(mark, shown) for cell in cells]
            fitted = [cell if cell.strip() else None for cell in (cells + [""] * width)[:width]]
            kept = self._kept(line, cells, aligned) if hide else line
            rows.append((*fitted, self.read + number, problem and problem.code, problem and kept))
        schema = {
            **dict.fromkeys(self.header.names, pl.String),
            "_row_number": pl.Int64,
            "_problem": pl.String,
            "_line": pl.String,
        }
        return pl.DataFrame(rows, schema, orient="row")

    def _kept(self, line: str, cells: list[str], aligned: bool) -> str:
        """The part of an unsplittable line that is stored, if the file has unlisted columns (ruling 38)."""
        if aligned:
            listed = set(self.header.listed)
            cells = [cell if name in listed else "" for cell, name in zip(cells, self.header.names, strict=False)]
            return self.delimiter.join(cells)
        return NOT_KEPT if line.strip(f"{self.delimiter} ") else line


def _filled(cell: pl.Expr) -> pl.Expr:
    return pl.when(cell.str.strip_chars() != "").then(cell)


def _marks(records: Records) -> dict[str, tuple[str, Message]]:
    """Mark in the text -> the character shown for it, and the problem of its row."""
    return {QUOTE_MARK: ('"', FILE_CUT if records.unclosed else ROW_SHAPE), NUL_MARK: (NUL_SHOWN, NUL_BYTE)}
