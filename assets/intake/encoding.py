"""Text of whatever encoding as UTF-8 (ruling 12): decided per file; where two are mixed in one file, line by line.

Works in chunks that end at a line's end, so memory is bounded. Only lines that are not UTF-8 are looked at one by one.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CHUNK = 16 << 20
NUL_MARK = "\u2400"
"""Stands for a NUL byte in the text that the parser sees, so that the row can be found."""

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_NOT_ASCII_LINE = re.compile(rb"[^\n]*[\x80-\xff][^\n]*")
_UNDEFINED_IN_1252 = {0x81: "\x81", 0x8D: "\x8d", 0x8F: "\x8f", 0x90: "\x90", 0x9D: "\x9d"}


@dataclass(frozen=True)
class Decoded:
    """How a file was read: `utf-8`, `utf-8-sig`, `utf-16`, `windows-1252` or `mixed`; whether NUL bytes stood in it;
    whether its last line is ended.
    """

    encoding: str
    has_nul: bool
    ends_with_newline: bool


def to_utf8(path: Path, target: Path) -> Decoded:
    """Write a text file as UTF-8 without mark, line ends as `\\n`, NUL bytes as `NUL_MARK`."""
    encoding = _encoding_of(path)
    has_nul, last = False, ""
    with target.open("w", encoding="utf-8", newline="") as out:
        for text in _decoded(path, encoding):
            text = text.replace("\r\n", "\n").replace("\r", "\n")
            if "\x00" in text:
                has_nul = True
                text = text.replace("\x00", NUL_MARK)
            out.write(text)
            last = text[-1:] or last
    return Decoded(encoding, has_nul, last == "\n")


def _encoding_of(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(4)
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    some_utf8, some_not = False, False
    for chunk in _lines_of(path):
        if chunk.isascii():
            continue
        whole = _is_utf8(chunk)
        some_not = some_not or not whole
        some_utf8 = some_utf8 or whole or _some_line_is_utf8(chunk)
    if not some_not:
        return "utf-8"
    return "mixed" if some_utf8 else "windows-1252"


def _some_line_is_utf8(chunk: bytes) -> bool:
    return any(_is_utf8(line[0]) for line in _NOT_ASCII_LINE.finditer(chunk))


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _lines_of(path: Path) -> Iterator[bytes]:
    """The file in chunks that end with a newline (the last one may not)."""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk + (b"" if chunk.endswith(b"\n") else file.readline())


def _decoded(path: Path, encoding: str) -> Iterator[str]:
    if encoding in ("utf-16", "utf-8-sig"):
        with path.open(encoding=encoding, errors="replace", newline="") as file:
            while text := file.read(CHUNK):
                yield text if not text.endswith("\r") else text + file.read(1)
        return
    for chunk in _lines_of(path):
        if encoding == "utf-8":
            yield chunk.decode("utf-8")
        elif encoding == "windows-1252":
            yield _from_1252(chunk)
        else:
            yield _NOT_ASCII_LINE.sub(lambda line: _line_to_utf8(line[0]), chunk).decode("utf-8")


def _line_to_utf8(line: bytes) -> bytes:
    return line if _is_utf8(line) else _from_1252(line).encode("utf-8")


def _from_1252(data: bytes) -> str:
    """Windows-1252; its five undefined bytes stay as they are rather than fail."""
    return data.decode("cp1252", errors="keep_1252")


def _keep(error: UnicodeError) -> tuple[str, int]:
    byte = error.object[error.start]
    return _UNDEFINED_IN_1252[byte], error.start + 1


codecs.register_error("keep_1252", _keep)
