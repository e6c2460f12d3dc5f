"""Totals that a file states about itself, held against its rows (ruling 8)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from validations.messages import Filled, Message

TOTAL_DISAGREES = Message(
    "total_disagrees",
    "Baris {row}: jumlah tertulis {stated}, sedangkan baris data sebelumnya {counted}.",
    "Row {row}: the stated total is {stated}, the data rows before it are {counted}.",
)


def disagreements(parts: Sequence[Path], stated_totals: Sequence[tuple[int, int]]) -> list[Filled]:
    """A warning for each (row, stated total) that equals neither all data rows before it nor those since the total
    before it.
    """
    if not stated_totals:
        return []
    rows = pl.scan_parquet(list(parts)).select("_row_number").collect()["_row_number"].sort()
    warnings, since = [], 0
    for row, stated in stated_totals:
        counted = int(rows.search_sorted(row))
        if stated not in (counted, counted - since):
            warnings.append(TOTAL_DISAGREES.fill(row=row, stated=stated, counted=counted - since))
        since = counted
    return warnings
