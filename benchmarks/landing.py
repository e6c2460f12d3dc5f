"""Reads a delivery of a simulated landing with plain libraries, so that the reference of benchmarks does not depend on
the code that built the warehouse.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import fastexcel
import polars as pl

HEADER_ROW = 3
"""Header row of a simulated workbook, from 0, after the title and a blank row."""
FURNITURE = "JUMLAH|Sumber"


def newest(landing: Path, source: str) -> pl.DataFrame:
    """The rows of a source's newest delivery as text, with the columns of its header, all files concatenated.

    Raises:
        FileNotFoundError: the source has no delivery.
    """
    folders = sorted(path for path in (landing / source).glob("*") if path.is_dir())
    if not folders:
        raise FileNotFoundError(f"{landing} holds nothing of {source}")
    files = [path for path in sorted(folders[-1].iterdir()) if path.suffix in _READERS]
    return pl.concat([_READERS[path.suffix](path) for path in files], how="diagonal")


def _workbook(path: Path) -> pl.DataFrame:
    sheet = fastexcel.read_excel(path).load_sheet(0, header_row=HEADER_ROW, dtypes="string").to_polars()
    key = pl.col(sheet.columns[0])
    return sheet.filter(key.is_not_null() & (key != key.meta.output_name()) & ~key.str.contains(FURNITURE))


def _table(path: Path) -> pl.DataFrame:
    raw = path.read_bytes()
    text = raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8")
    header = text.partition("\n")[0]
    separator = max(",;|", key=header.count)
    return pl.read_csv(text.encode(), separator=separator, infer_schema=False)


def _lines(path: Path) -> pl.DataFrame:
    return pl.read_ndjson(path, infer_schema_length=None).with_columns(pl.all().cast(pl.String))


_READERS: dict[str, Callable[[Path], pl.DataFrame]] = {
    ".xlsx": _workbook,
    ".csv": _table,
    ".txt": _table,
    ".jsonl": _lines,
}
