"""Splits delimited text into records: joins lines within an open quote, and detects quotes that are slips.

One slip must not affect the whole file: by the CSV rules, a quote that is never closed takes every row up to the next
quote into one cell. So an open quote that is followed by a line that is a complete record by itself is a slip: its line
is kept as one record, its quotes are replaced by QUOTE_MARK, and it is quarantined.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

QUOTE_MARK = "\ue001"
LINES_PER_RECORD = 100
_NEWLINE, _QUOTE = ord("\n"), ord('"')


@dataclass(frozen=True)
class Records:
    """A chunk of whole records. `last`: the file ends with it; `unclosed`: with a quote still open."""

    text: bytes
    last: bool = False
    unclosed: bool = False


@cache
def _field(delimiter: str) -> re.Pattern[str]:
    d = re.escape(delimiter)
    return re.compile(rf'(?:"((?:[^"]++|"")*+)("?+)([^{d}]*+)|([^{d}]*+))({d}|\Z)')


def split(record: str, delimiter: str) -> tuple[list[str], bool]:
    """Return the cells of one record, and whether its last quote is open. Quotes within cells are normal characters."""
    cells = []
    for found in _field(delimiter).finditer(record):
        quoted, closing, tail, plain, end = found.groups()
        cells.append(plain if quoted is None else quoted.replace('""', '"') + tail)
        if not end:
            return cells, quoted is not None and not closing
    raise AssertionError("a record always ends")


def whole_records(chunks: Iterable[bytes], delimiter: str, width: int) -> Iterator[Records]:
    """Convert chunks of lines to chunks of records of `width` columns, and mark slips of quotes."""
    rest, open_since_slip, ended = b"", False, False
    for chunk, ended in _with_last(chunks):
        text, rest, slipped_at = _resolve(rest + chunk, delimiter, width, ended)
        closed = text.rfind(b'"')
        open_since_slip = slipped_at > closed if slipped_at >= 0 else open_since_slip and closed < 0
        if text:
            yield Records(text, ended, ended and open_since_slip)


def _with_last(chunks: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    before = None
    for chunk in chunks:
        if before is not None:
            yield before, False
        before = chunk
    if before is not None:
        yield before, True


def _resolve(text: bytes, delimiter: str, width: int, ended: bool) -> tuple[bytes, bytes, int]:
    """Return (whole records with slips marked, an unfinished rest, position of the last slip or -1)."""
    if b'"' not in text:
        return text, b"", -1
    lines = _Lines(text, delimiter, width)
    pieces: list[bytes] = []
    done, grown, slipped_at, next_line = 0, 0, -1, 0
    for line in np.flatnonzero(lines.odd).tolist():
        if line < next_line or not lines.is_open(line):
            continue
        start, end = lines.start(line), lines.end(line)
        last = lines.last_of_record(line)
        if last is None and not ended and lines.count - line < LINES_PER_RECORD:
            pieces.append(text[done:start])
            return b"".join(pieces), text[start:], slipped_at
        if last is None:
            marked = text[start:end].replace(b'"', QUOTE_MARK.encode())
            pieces += [text[done:start], marked]
            slipped_at, done, grown = start + grown, end, grown + len(marked) - (end - start)
        next_line = (line if last is None else last) + 1
    return b"".join([*pieces, text[done:]]), b"", slipped_at


class _Lines:
    """The lines of a text with quotes.

    odd: lines whose quotes do not alternately open at the start of a cell and close within the line. In all others,
    every opening quote follows a line end, a delimiter, or (doubled) another quote; they start and end outside quotes.
    """

    def __init__(self, text: bytes, delimiter: str, width: int) -> None:
        self._text, self._delimiter, self._width = text, delimiter, width
        data = np.frombuffer(text, np.uint8)
        ends = np.flatnonzero(data == _NEWLINE)
        self._ends = ends if text.endswith(b"\n") else np.append(ends, len(text))
        self.count = len(self._ends)
        self.odd = self._odd(data)
        self._passed = 0

    def _odd(self, data: np.ndarray) -> np.ndarray:
        quotes = np.flatnonzero(data == _QUOTE)
        line = np.searchsorted(self._ends, quotes)
        counts = np.bincount(line, minlength=self.count)
        rank = np.arange(len(quotes)) - (np.cumsum(counts) - counts)[line]
        before = np.where(quotes > 0, data[quotes - 1], _NEWLINE)
        opens = (before == _NEWLINE) | (before == ord(self._delimiter)) | ((before == _QUOTE) & (rank > 0))
        odd = counts % 2 == 1
        odd[line[(rank % 2 == 0) & ~opens]] = True
        return odd

    def start(self, line: int) -> int:
        return int(self._ends[line - 1]) + 1 if line else 0

    def end(self, line: int) -> int:
        return int(self._ends[line])

    def is_open(self, line: int) -> bool:
        """Whether a line that starts outside quotes ends inside one."""
        return split(self._text[self.start(line) : self.end(line)].decode(), self._delimiter)[1]

    def is_complete(self, line: int) -> bool:
        """Whether a line is certainly a record by itself."""
        cells, _ = split(self._text[self.start(line) : self.end(line)].decode(), self._delimiter)
        return not self.odd[line] and len(cells) >= self._width > 1

    def last_of_record(self, first: int) -> int | None:
        """The line in which the quote that is open at the end of `first` closes; None if it does not.

        Call in the order of lines. Whether a line is complete, or closes an open quote, does not depend on where the
        quote opened, so lines that do neither are checked once, however many quotes are open.
        """
        self._passed = max(self._passed, first + 1)
        while self._passed < min(first + LINES_PER_RECORD, self.count):
            if self.is_complete(self._passed):
                return None
            if self.closes(self._passed):
                return self._passed
            self._passed += 1
        return None

    def closes(self, line: int) -> bool:
        """Whether a line that starts inside a quote ends outside one."""
        text = self._text[self.start(line) : self.end(line)]
        return b'"' in text and not split('"' + text.decode(), self._delimiter)[1]
