"""Complete files of identity that a test wrote by hand."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq

from assets.identity import outputs


def complete(folder: Path) -> None:
    """Add to each file the empty files of removed and later rows."""
    for name in outputs.FILES:
        whole = folder / f"{name}.parquet"
        if whole.exists():
            later = pq.read_schema(whole).empty_table()
            pq.write_table(later, folder / f"{name}.later.parquet")
            pq.write_table(later.select(outputs.KEYS[name].split(", ")), folder / f"{name}.gone.parquet")
