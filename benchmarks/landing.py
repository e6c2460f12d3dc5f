"""A delivery of a simulated landing as plain libraries read it: what the benchmarks hold a warehouse against must not
come through the code that built it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import fastexcel
import polars as pl

HEADER_ROW = 3
"""Of a simulated workbook, from 0; title and a blank row stand above it."""
FURNITURE = "JUMLAH|Sumber"


def newest(landing: Path, source: str) -> pl.DataFrame:
    """The rows of a source's newest delivery as text, under the columns of its header, its files one after the other.

    Raises:
        FileNotFoundError: nothing of the source was delivered.
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
