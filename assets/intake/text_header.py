"""Decides by its header whether a `.txt` is data: some agencies send tables as `.txt`, others notes."""

from __future__ import annotations

import codecs
from pathlib import Path

from assets.intake.parsed import HEADER_WITHIN
from assets.sources import Delimited, Source
from validations.contract import Contract

HEAD_BYTES = 1 << 16
"""Number of bytes that are read."""
DELIMITERS = ";,|\t"
"""All are tried: a table with a wrong delimiter is data too, and is refused for that reason."""


def has_header(path: Path, source: Source) -> bool:
    """Whether a line near the start of a text file names at least half of the source's required columns.

    A table that lacks a few is data: it is refused with their names. Only the head of the file is read.

    Raises:
        OSError: the file cannot be opened.
    """
    if not any(isinstance(format_, Delimited) for format_ in source.formats):
        return False
    with path.open("rb") as file:
        lines = _text(file.read(HEAD_BYTES)).splitlines()[: 2 * HEADER_WITHIN]
    return any(_names_columns(line.split(delimiter), source.contract) for line in lines for delimiter in DELIMITERS)


def _text(head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return head.decode("utf-16", "replace")
    return head.decode("utf-8-sig", "replace")


def _names_columns(cells: list[str], contract: Contract) -> bool:
    required = sum(field.required for field in contract.fields)
    missing = contract.match([cell.strip().strip('"') for cell in cells]).missing
    return 2 * len(missing) <= required and len(missing) < required
