"""Compares totals that a file states with its rows (ruling 8)."""

from __future__ import annotations

import polars as pl

from assets.intake.parsed import ParsedFile
from assets.intake.shown import masked
from validations.messages import Filled, Message

TOTAL_DISAGREES = Message(
    "total_disagrees",
    "Baris {row}: jumlah tertulis {stated}, sedangkan baris data sebelumnya {counted}.",
    "Row {row}: the stated total is {stated}, the data rows before it are {counted}.",
)


def disagreements(parsed: ParsedFile) -> list[Filled]:
    """A warning for each stated total that equals neither the number of all data rows before it in its table nor of
    those since the previous total.
    """
    tables = {f" ({masked(name)})": sheet for name, sheet in parsed.sheets.items()} or {"": parsed}
    return [warning for where, table in tables.items() for warning in _of_table(table, where)]


def _of_table(table: ParsedFile, where: str) -> list[Filled]:
    if not table.stated_totals:
        return []
    rows = pl.scan_parquet(list(table.parts), glob=False).select("_row_number").collect()["_row_number"].sort()
    warnings, since = [], 0
    for row, stated in table.stated_totals:
        counted = int(rows.search_sorted(row))
        if stated not in (counted, counted - since):
            warnings.append(TOTAL_DISAGREES.fill(row=f"{row}{where}", stated=stated, counted=counted - since))
        since = counted
    return warnings
