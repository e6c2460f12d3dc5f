"""Bytes of whatever encoding as chunks of UTF-8 lines (ruling 12): decided per file; where two are mixed, line by line.

Works in chunks that end at a line's end, so memory is bounded. Only lines that are not UTF-8 are looked at one by one.
Nothing here knows of columns or quotes.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from validations.messages import Message, Refusal

CHUNK = 8 << 20
LONGEST_LINE = 1 << 20
NUL_MARK = "\ue000"
"""Stands for a NUL byte in the text that the parser sees, so that its row can be found."""

NOT_TEXT = Message(
    "not_text",
    "Isi berkas bukan teks; berkas rusak atau berjenis lain.",
    "The file does not hold text; it is damaged or of another kind.",
)
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_NOT_ASCII_LINE = re.compile(rb"^[\x00-\x09\x0b-\x7f]*+[\x80-\xff][^\n]*+", re.MULTILINE)  # never looks back
_UTF8_PAIR = re.compile(rb"[\xc2-\xf4][\x80-\xbf]")
_CONTROLS = bytes([*range(1, 9), *range(14, 27), *range(28, 32)])
_NUL_MARK = NUL_MARK.encode()


def encoding_of(path: Path) -> str:
    """How a text file is written: `utf-8`, `utf-8-sig`, `utf-16`, `windows-1252` or `mixed`.

    A file that begins with the mark of UTF-8 and has lines of another encoding is `mixed`.

    Raises:
        Refusal: the file does not hold text.
    """
    with path.open("rb") as file:
        head = file.read(4096)
    marked = next((name for mark, name in _MARKS if head.startswith(mark)), None)
    if marked == "utf-16":
        return marked
    if len(head.translate(None, _CONTROLS)) < 0.95 * len(head) or head.count(0) > 0.25 * len(head):
        raise Refusal(NOT_TEXT)
    some_utf8, some_not = False, False
    for lines in _whole_lines(_blocks(path)):
        if lines.isascii():
            continue
        whole = _is_utf8(lines)
        some_not = some_not or not whole
        some_utf8 = some_utf8 or whole or _some_line_is_utf8(lines)
    if some_not:
        return "mixed" if some_utf8 or marked else "windows-1252"
    return marked or "utf-8"


def utf8_lines(path: Path, encoding: str) -> Iterator[bytes]:
    """A file's text in chunks of whole lines: UTF-8 without mark, line ends as `\\n`, NUL bytes as `NUL_MARK`.

    Only the last chunk may lack a line end.

    Raises:
        Refusal: a line is longer than LONGEST_LINE, as lines of text never are.
    """
    for lines in _whole_lines(_blocks(path, encoding)):
        yield _to_utf8(lines, encoding).replace(b"\x00", _NUL_MARK)


def _blocks(path: Path, encoding: str = "") -> Iterator[bytes]:
    """The file as it is but for a leading mark; UTF-16 as UTF-8, since its line ends are not single bytes."""
    decoder = codecs.getincrementaldecoder("utf-16")("replace")
    with path.open("rb") as file:
        if file.read(3) != codecs.BOM_UTF8:
            file.seek(0)
        while block := file.read(CHUNK):
            yield decoder.decode(block).encode("utf-8", "replace") if encoding == "utf-16" else block
        if encoding == "utf-16":
            yield decoder.decode(b"", final=True).encode("utf-8")


def _whole_lines(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Blocks cut anew at line ends, every kind of line end as `\\n`."""
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
    if not _UTF8_PAIR.search(lines):  # spares pure Windows-1252 the look at each line
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
    """Windows-1252; its five undefined bytes become the control characters of the same number rather than fail."""
    return text.decode("cp1252", errors="sadaya_keep_undefined").encode("utf-8")


def _keep(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)  # it is registered for decoding alone
    return chr(error.object[error.start]), error.start + 1


codecs.register_error("sadaya_keep_undefined", _keep)
