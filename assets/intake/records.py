"""Records of a delimited text: which lines belong together because a quote is open, and which quotes are mere slips.

One slip must not swallow the file: read by the book, a quote that is never closed takes every row up to the next quote
into one cell. So a quote that opens, and is followed by a line that is a complete record by itself, is a slip: its line
stays alone, its quotes replaced by QUOTE_MARK, and is quarantined.
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
    """The cells of one record, and whether its last quote is left open. A quote within a cell is an ordinary sign."""
    cells = []
    for found in _field(delimiter).finditer(record):
        quoted, closing, tail, plain, end = found.groups()
        cells.append(plain if quoted is None else quoted.replace('""', '"') + tail)
        if not end:
            return cells, quoted is not None and not closing
    raise AssertionError("a record always ends")


def whole_records(chunks: Iterable[bytes], delimiter: str, width: int) -> Iterator[Records]:
    """Chunks of lines as chunks of records of `width` columns; slips of the quote are marked."""
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
    """(whole records with slips marked, an unfinished rest, place of the last slip or -1)."""
    if b'"' not in text:
        return text, b"", -1
    ends = _line_ends(text)
    odd = _odd_lines(text, ends, delimiter)
    pieces, done, next_line = [], 0, 0
    slipped_at, grown = -1, 0
    for line in np.flatnonzero(odd):
        if line < next_line:
            continue
        last = _last_line(text, ends, odd, int(line), delimiter, width, ended)
        start, end = _bounds(ends, int(line))
        if last is None:
            pieces.append(text[done:start])
            return b"".join(pieces), text[start:], slipped_at
        next_line = last + 1
        if last == line and split(text[start:end].decode(), delimiter)[1]:
            marked = text[start:end].replace(b'"', QUOTE_MARK.encode())
            pieces += [text[done:start], marked]
            slipped_at, done = start + grown, end
            grown += len(marked) - (end - start)
    return b"".join([*pieces, text[done:]]), b"", slipped_at


def _line_ends(text: bytes) -> np.ndarray:
    ends = np.flatnonzero(np.frombuffer(text, np.uint8) == _NEWLINE)
    return ends if text.endswith(b"\n") else np.append(ends, len(text))


def _bounds(ends: np.ndarray, line: int) -> tuple[int, int]:
    return (int(ends[line - 1]) + 1 if line else 0), int(ends[line])


def _odd_lines(text: bytes, ends: np.ndarray, delimiter: str) -> np.ndarray:
    """Lines whose quotes do not open at a cell's begin and close again within the line, in turns.

    In all others every second quote follows a line end, a delimiter, or (doubled) another quote: they need no look.
    """
    data = np.frombuffer(text, np.uint8)
    quotes = np.flatnonzero(data == _QUOTE)
    line = np.searchsorted(ends, quotes)
    counts = np.bincount(line, minlength=len(ends))
    rank = np.arange(len(quotes)) - (np.cumsum(counts) - counts)[line]
    before = np.where(quotes > 0, data[quotes - 1], _NEWLINE)
    opens = (before == _NEWLINE) | (before == ord(delimiter)) | ((before == _QUOTE) & (rank > 0))
    odd = counts % 2 == 1
    odd[line[(rank % 2 == 0) & ~opens]] = True
    return odd


def _last_line(
    text: bytes, ends: np.ndarray, odd: np.ndarray, line: int, delimiter: str, width: int, ended: bool
) -> int | None:
    """The last line of the record that begins with `line`: itself if it stands alone; None if more text must be seen.
    """
    start, end = _bounds(ends, line)
    if not split(text[start:end].decode(), delimiter)[1]:
        return line
    for last in range(line + 1, min(line + LINES_PER_RECORD, len(ends))):
        begin, end = _bounds(ends, last)
        if not odd[last] and len(split(text[begin:end].decode(), delimiter)[0]) >= width > 1:
            return line
        if text.find(b'"', begin, end) >= 0 and not split(text[start:end].decode(), delimiter)[1]:
            return last
    return line if ended or len(ends) - line >= LINES_PER_RECORD else None
