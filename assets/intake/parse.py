"""Parses one file to raw Parquet, by the matching format of its source. A new format is a parser and a line here."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from assets.intake.delimited import parse_delimited
from assets.intake.json_records import parse_json_lines, parse_json_pages
from assets.intake.parsed import ParsedFile
from assets.intake.workbook import parse_workbook
from assets.sources import Delimited, Format, JsonLines, JsonPages, KoboPages, Source, Workbook
from validations.limits import FILE_NAME_BYTES, FILE_NAME_TOO_LONG
from validations.messages import Refusal

_PARSERS: dict[type, Callable[..., ParsedFile]] = {
    Delimited: parse_delimited,
    Workbook: parse_workbook,
    JsonLines: parse_json_lines,
    JsonPages: parse_json_pages,
    KoboPages: parse_json_pages,
}
_ZIP = b"PK\x03\x04"


def parse_file(path: Path, source: Source, out_dir: Path, prefix: str) -> ParsedFile:
    """Parse one delivered file into `out_dir/<prefix>-<part>.parquet` (docs/architecture.md, "Raw Parquet").

    Raises:
        Refusal: the whole file is refused; no part of it is left in `out_dir`.
        KeyError: the source has no format with the file's extension (the landing's scan skips such files).
    """
    format_ = format_of(path, source)
    try:
        return _PARSERS[type(format_)](path, source, format_, out_dir, prefix)
    except Refusal:
        for part in out_dir.glob(f"{prefix}-*.parquet"):
            part.unlink()
        raise


def format_of(path: Path, source: Source) -> Format:
    """The first format with the file's extension; a zip file is a workbook, if the source accepts workbooks.

    Raises:
        Refusal: the file's name is too long.
        KeyError: the source has no format with the file's extension.
    """
    formats = source.formats_of(path.name)
    if not formats:
        raise KeyError(path.suffix)
    if len(os.fsencode(path.name)) > FILE_NAME_BYTES:
        raise Refusal(FILE_NAME_TOO_LONG)
    with path.open("rb") as file:
        zipped = file.read(len(_ZIP)) == _ZIP
    workbooks = [format_ for format_ in source.formats if isinstance(format_, Workbook)]
    return workbooks[0] if zipped and workbooks else formats[0]
