"""One file to raw Parquet, by the first of its source's formats whose extension fits. A new format is a parser and
a line here.
"""

from __future__ import annotations

from pathlib import Path

from assets.intake.delimited import parse_delimited
from assets.intake.parsed import ParsedFile
from assets.intake.workbook import parse_workbook
from assets.sources import Delimited, Source, Workbook

_PARSERS = {Delimited: parse_delimited, Workbook: parse_workbook}


def parse_file(path: Path, source: Source, out_dir: Path, prefix: str) -> ParsedFile:
    """Parse one delivered file into `out_dir/<prefix>-<part>.parquet` (docs/architecture.md, "Raw Parquet").

    Raises:
        Refusal: the file as a whole may not come in.
        KeyError: the source has no format with the file's extension (the landing's scan leaves such files aside).
    """
    formats = {extension: format_ for format_ in source.formats for extension in format_.extensions}
    format_ = formats[path.suffix.lower()]
    return _PARSERS[type(format_)](path, source, format_, out_dir, prefix)
