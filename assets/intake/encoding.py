"""Converts text of any encoding to chunks of UTF-8 lines (ruling 12): decided per file; if two are mixed, per line.

Works in chunks that end at a line's end, so memory is bounded. Only lines that are not ASCII are checked one by one.
Columns and quotes are not interpreted here.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from validations.messages import Message, Refusal

CHUNK = 8 << 20
LONGEST_LINE = 1 << 20
NUL_MARK = "\ue000"
"""Replaces a NUL byte in the text that the parser sees, so that its row can be found."""

NOT_TEXT = Message(
    "not_text",
    "Isi berkas bukan teks; berkas rusak atau berjenis lain.",
    "The file does not hold text; it is damaged or of another kind.",
)
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_NOT_ASCII_LINE = re.compile(rb"^[\x00-\x09\x0b-\x7f]*+[\x80-\xff][^\n]*+", re.MULTILINE)  # never backtracks
_UTF8_PAIR = re.compile(rb"[\xc2-\xf4][\x80-\xbf]")
_CONTROLS = bytes([*range(1, 9), *range(14, 27), *range(28, 32)])
_NUL_MARK = NUL_MARK.encode()
_FILLS, _ENDS = (0x00, 0x1A), (0x0A, 0x0D)
_STEP = 1 << 16


def encoding_of(path: Path) -> str:
    """Detect the encoding of a text file: `utf-8`, `utf-8-sig`, `utf-16`, `windows-1252` or `mixed`.

    A file that begins with the BOM of UTF-8 and has lines of another encoding is `mixed`.

    Raises:
        Refusal: the file does not hold text.
    """
    with path.open("rb") as file:
        head = file.read(4096)
    marked = next((name for mark, name in _MARKS if head.startswith(mark)), None)
    head = head[: end_of_text(path, marked or "")]
    if marked == "utf-16":
        return marked
    if len(head.translate(None, _CONTROLS)) < 0.95 * len(head) or head.count(0) > 0.25 * len(head):
        raise Refusal(NOT_TEXT)
    some_utf8, some_not = False, False
    for lines in _whole_lines(_blocks(path, marked or "")):
        if lines.isascii():
            continue
        whole = _is_utf8(lines)
        some_not = some_not or not whole
        some_utf8 = some_utf8 or whole or _some_line_is_utf8(lines)
    if some_not:
        return "mixed" if some_utf8 or marked else "windows-1252"
    return marked or "utf-8"


def utf8_lines(path: Path, encoding: str) -> Iterator[bytes]:
    """Yield a file's text in chunks of whole lines: UTF-8 without BOM, line ends as `\\n`, NUL bytes as `NUL_MARK`.

    Only the last chunk may lack a line end. Fill bytes after the text are left out (`end_of_text`).

    Raises:
        Refusal: a line is longer than LONGEST_LINE, so the file is not text.
    """
    for lines in _whole_lines(_blocks(path, encoding)):
        yield _to_utf8(lines, encoding).replace(b"\x00", _NUL_MARK)


def end_of_text(path: Path, encoding: str) -> int:
    """Byte offset at which a file's text ends: before the NULs or DOS end-of-file marks (0x1A) that follow its last
    line (ruling 32). Line ends among them do not count as text.
    """
    unit = _unit(encoding)
    size = path.stat().st_size
    end = size = size - size % unit.itemsize
    filled_from = size
    with path.open("rb") as file:
        big = file.read(2) == codecs.BOM_UTF16_BE
        while end:
            start = max(0, end - _STEP)
            file.seek(start)
            units = np.frombuffer(file.read(end - start), unit)
            units = units.byteswap() if big and unit.itemsize == 2 else units
            text = np.flatnonzero(~np.isin(units, _FILLS + _ENDS))
            behind = int(text[-1]) + 1 if text.size else 0
            fills = np.flatnonzero(np.isin(units[behind:], _FILLS))
            if fills.size:
                filled_from = start + (behind + int(fills[0])) * unit.itemsize
            if text.size:
                break
            end = start
    return filled_from


def nul_tail(path: Path, encoding: str) -> int:
    """Number of NULs after a file's text: the copy may be incomplete."""
    nuls = 0
    with path.open("rb") as file:
        file.seek(end_of_text(path, encoding))
        while block := file.read(CHUNK):
            units = np.frombuffer(block[: len(block) - len(block) % _unit(encoding).itemsize], _unit(encoding))
            nuls += int((units == 0).sum())
    return nuls


def _unit(encoding: str) -> np.dtype:
    return np.dtype("<u2" if encoding == "utf-16" else "u1")


def _blocks(path: Path, encoding: str) -> Iterator[bytes]:
    """The file's text without a leading BOM; UTF-16 as UTF-8, since its line ends are not single bytes."""
    decoder = codecs.getincrementaldecoder("utf-16")("replace")
    left = end_of_text(path, encoding)
    with path.open("rb") as file:
        if file.read(3) == codecs.BOM_UTF8:
            left -= 3
        else:
            file.seek(0)
        while block := file.read(min(CHUNK, max(left, 0))):
            left -= len(block)
            yield decoder.decode(block).encode("utf-8", "replace") if encoding == "utf-16" else block
        if encoding == "utf-16":
            yield decoder.decode(b"", final=True).encode("utf-8")


def _whole_lines(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Blocks split again at line ends, every kind of line end as `\\n`."""
    rest = b""
    for block in blocks:
        held = b"\r" if block.endswith(b"\r") else b""  # its `\n` may come with the next block
        lines = _line_ends(rest + block.removesuffix(held))
        cut = lines.rfind(b"\n") + 1
        if cut:
            yield lines[:cut]
        rest = lines[cut:] + held
        if len(rest) > LONGEST_LINE:
            raise Refusal(NOT_TEXT)
    if rest:
        yield _line_ends(rest)


def _line_ends(text: bytes) -> bytes:
    return text.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in text else text


def _some_line_is_utf8(lines: bytes) -> bool:
    if not _UTF8_PAIR.search(lines):  # skips the check of each line for pure Windows-1252
        return False
    return any(_is_utf8(line[0]) for line in _NOT_ASCII_LINE.finditer(lines))


def _to_utf8(lines: bytes, encoding: str) -> bytes:
    if lines.isascii() or encoding in ("utf-8", "utf-8-sig", "utf-16"):
        return lines
    if encoding == "windows-1252":
        return _from_1252(lines)
    return _NOT_ASCII_LINE.sub(lambda line: line[0] if _is_utf8(line[0]) else _from_1252(line[0]), lines)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _from_1252(text: bytes) -> bytes:
    """Convert Windows-1252; its five undefined bytes become the control characters of the same number."""
    return text.decode("cp1252", errors="sadaya_keep_undefined").encode("utf-8")


def _keep(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)  # registered for decoding only
    return chr(error.object[error.start]), error.start + 1


codecs.register_error("sadaya_keep_undefined", _keep)
