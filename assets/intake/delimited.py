"""Text tables: decoded, the header found by content, rows split by Arrow's reader, and every row that does not fit
kept.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
from pyarrow import csv as arrow_csv

from assets.intake.encoding import NUL_MARK, Decoded, to_utf8
from assets.intake.furniture import take_out
from assets.intake.parsed import (
    COLUMNS_MISSING,
    EMPTY_FILE,
    HEADER_WITHIN,
    Header,
    ParsedFile,
    PartWriter,
    find_header,
    header_notices,
)
from assets.sources import Delimited, Source
from validations.contract import Contract
from validations.messages import Message, Refusal
from validations.rows import FILE_CUT, NUL_BYTE, ROW_SHAPE

BLOCK = 16 << 20
WRONG_DELIMITER = Message(
    "wrong_delimiter",
    "Pemisah kolom seharusnya “{expected}”, berkas memakai “{found}”.",
    "Columns must be separated by `{expected}`, the file uses `{found}`.",
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
_OTHER_DELIMITERS = {";": "; (titik koma)", ",": ", (koma)", "\t": "tab", "|": "|"}


def parse_delimited(path: Path, source: Source, format_: Delimited, out_dir: Path, prefix: str) -> ParsedFile:
    """Parse a delimited text file to raw Parquet parts.

    Raises:
        Refusal: empty, not the declared columns or delimiter, or cut off where that refuses it (snapshots, ruling 11).
    """
    text = out_dir / f"{prefix}.txt"
    try:
        decoded = to_utf8(path, text)
        header, offset = _find_header(text, source.contract, format_.delimiter)
        try:
            reader = _Reader(text, offset, header, format_.delimiter, decoded)
            return _rows(reader, header, source, out_dir, prefix)
        except pa.ArrowInvalid:
            # A quote that is never closed swallows what follows: read line by line, and trust no line with a quote.
            reader = _Reader(text, offset, header, format_.delimiter, decoded, quotes=False)
            return _rows(reader, header, source, out_dir, prefix)
    finally:
        text.unlink(missing_ok=True)


def _rows(reader: _Reader, header: Header, source: Source, out_dir: Path, prefix: str) -> ParsedFile:
    parsed = ParsedFile(reader.decoded.encoding, notices=header_notices(header))
    if parsed.encoding == "mixed":
        parsed.notices.append(MIXED_ENCODING.fill())
    if header.row > 1:
        parsed.furniture["title"] += header.row - 1
    writer = PartWriter(parsed, header, out_dir, prefix)
    for frame in reader.frames():
        kept = take_out(frame, header, source.contract, parsed)
        parsed.cut = parsed.cut or (kept["_problem"] == FILE_CUT.code).any()
        writer.add(kept)
    if parsed.cut and source.kind == "snapshot":
        raise Refusal(CUT_OFF)
    if parsed.cut:
        parsed.notices.append(CUT_OFF.fill())
    writer.close()
    return parsed


def _find_header(text: Path, contract: Contract, delimiter: str) -> tuple[Header, int]:
    """The header, and the byte at which the row after it begins."""
    with text.open(encoding="utf-8", newline="") as file:
        head = [line for line, _ in zip(file, range(HEADER_WITHIN), strict=False)]
    if not "".join(head).strip():
        raise Refusal(EMPTY_FILE)
    reader = csv.reader(head, delimiter=delimiter)
    rows, ends = [], []
    for row in reader:
        rows.append([cell.strip() or None for cell in row])
        ends.append(reader.line_num)
    try:
        header = find_header(rows, contract)
    except Refusal as refusal:
        raise _with_delimiter(refusal, head, contract, delimiter) from None
    return header, len("".join(head[: ends[header.row - 1]]).encode("utf-8"))


def _with_delimiter(refusal: Refusal, head: list[str], contract: Contract, delimiter: str) -> Refusal:
    """A better reason, if the header is there but for the delimiter."""
    for other, shown in _OTHER_DELIMITERS.items():
        for line in head:
            if other != delimiter and refusal.message is COLUMNS_MISSING:
                if not contract.match(next(csv.reader([line], delimiter=other), [])).missing:
                    return Refusal(WRONG_DELIMITER, {"expected": _OTHER_DELIMITERS[delimiter], "found": shown})
    return refusal


class _Reader:
    """The rows of a UTF-8 text from a byte on.

    quotes: whether `"` encloses values. Without, every line is a row, and a line that holds a quote is not trusted.
    """

    def __init__(
        self, text: Path, offset: int, header: Header, delimiter: str, decoded: Decoded, quotes: bool = True
    ) -> None:
        self.decoded = decoded
        self._text, self._offset, self._header, self._delimiter, self._quotes = text, offset, header, delimiter, quotes
        self._bad: list[tuple[int, str]] = []
        self._next = 1

    def frames(self) -> Iterator[pl.DataFrame]:
        """Frames with the header's columns, `_row_number`, `_problem`, `_line`; every record of the text is in one
        of them.

        Raises:
            pyarrow.ArrowInvalid: a quote opens and does not close.
        """
        with pa.OSFile(str(self._text)) as file:
            if self._offset >= file.size():
                return
            file.seek(self._offset)
            for batch in self._open(file):
                yield self._frame(batch)
        yield self._leftover()

    def _open(self, file: pa.NativeFile) -> arrow_csv.CSVStreamingReader:
        """Arrow's reader, single-threaded: only so does it know the numbers of the rows it could not split."""

        def note(row: arrow_csv.InvalidRow) -> str:
            self._bad.append((row.number, row.text))
            return "skip"

        names = list(self._header.names)
        return arrow_csv.open_csv(
            file,
            arrow_csv.ReadOptions(use_threads=False, block_size=BLOCK, column_names=names),
            arrow_csv.ParseOptions(
                delimiter=self._delimiter,
                quote_char='"' if self._quotes else False,
                newlines_in_values=self._quotes,
                ignore_empty_lines=False,
                invalid_row_handler=note,
            ),
            arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), null_values=[""], strings_can_be_null=True
            ),
        )

    def _frame(self, batch: pa.RecordBatch) -> pl.DataFrame:
        """A batch with the numbers of its rows, and the rows before its end that could not be split put back in
        their places.
        """
        bad = np.array([number for number, _ in self._bad], dtype=np.int64)
        numbers = np.setdiff1d(np.arange(self._next, self._next + batch.num_rows + len(bad)), bad)[: batch.num_rows]
        last = int(numbers[-1]) if len(numbers) else self._next - 1
        passed = [(number, line) for number, line in self._bad if number < last]
        self._bad = self._bad[len(passed) :]
        self._next = last + 1
        good = pl.from_arrow(batch).with_columns(
            pl.Series("_row_number", numbers + self._header.row, pl.Int64), pl.lit(None, pl.String).alias("_line")
        )
        marked = self._mark(good)
        return pl.concat([marked, self._broken(passed)]).sort("_row_number") if passed else marked

    def _mark(self, rows: pl.DataFrame) -> pl.DataFrame:
        """`_problem` of rows that have the right shape; cells of blanks only become null."""
        texts = list(self._header.names)
        problem = pl.lit(None, pl.String)
        if not self._quotes:
            quoted = pl.any_horizontal(pl.col(name).str.contains('"', literal=True).fill_null(False) for name in texts)
            problem = pl.when(quoted).then(pl.lit(FILE_CUT.code)).otherwise(problem)
        if self.decoded.has_nul:
            nul = pl.any_horizontal(
                pl.col(name).str.contains(NUL_MARK, literal=True).fill_null(False) for name in texts
            )
            problem = pl.when(nul).then(pl.lit(NUL_BYTE.code)).otherwise(problem)
        blank = [pl.when(pl.col(name).str.strip_chars() != "").then(pl.col(name)).alias(name) for name in texts]
        return rows.with_columns(problem.alias("_problem"), *blank).select(*texts, "_row_number", "_problem", "_line")

    def _broken(self, rows: list[tuple[int, str]], cut: bool = False) -> pl.DataFrame:
        """Rows of another shape: cells by position as far as they go, `_problem`, and the line itself."""
        cells = [next(csv.reader([line], delimiter=self._delimiter), []) for _, line in rows]
        columns = {
            name: [row[at].strip() or None if at < len(row) else None for row in cells]
            for at, name in enumerate(self._header.names)
        }
        frame = pl.DataFrame(columns, schema=dict.fromkeys(self._header.names, pl.String), strict=False)
        problems = [FILE_CUT.code if cut else ROW_SHAPE.code] * len(rows)
        return frame.with_columns(
            pl.Series("_row_number", [number + self._header.row for number, _ in rows], pl.Int64),
            pl.Series("_problem", problems, pl.String),
            pl.Series("_line", [line for _, line in rows], pl.String),
        )

    def _leftover(self) -> pl.DataFrame:
        """The broken rows at the end. The last is cut off if it is short and its line not ended, or its quote stays
        open.
        """
        if not self._bad:
            return self._broken([])
        *before, (number, line) = self._bad
        short = line.count(self._delimiter) < len(self._header.names) - 1
        if "\n" in line.rstrip("\n") and line.count('"') % 2:
            tail = [(number + at, piece) for at, piece in enumerate(line.split("\n"))]
            return pl.concat([self._broken(before), self._broken(tail, cut=True)])
        unended = not self.decoded.ends_with_newline and short
        return pl.concat(
            [self._broken(before), self._broken([(number, line)], cut=unended or line.count('"') % 2 == 1)]
        )
