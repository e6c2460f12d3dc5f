"""Finds rows that mark their record as deleted at the source (ruling 34): by a deletion date, a flag, or a status.

Such a row ends its record on that date. It needs only its key, and no other check applies to it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import polars as pl

from validations.field_types import date as day_type
from validations.field_types.characters import clean
from validations.messages import Filled, Message

RECORDS_DELETED = Message(
    "records_deleted",
    "{rows} baris menyatakan datanya dihapus di sumber; data itu berakhir, dan tidak dihitung lagi.",
    "{rows} rows say that their record was deleted at the source; it ends, and is counted no more.",
)

DELETED_ON, DELETED = "_deleted_on", "_deleted"
"""Columns of raw Parquet with a row's deletion date and flag; every source may have them."""
HEADINGS = {
    "SYSTEM/DELETEDAT": DELETED_ON,
    "DELETEDAT": DELETED_ON,
    "DELETED AT": DELETED_ON,
    "DELETED ON": DELETED_ON,
    "TANGGAL HAPUS": DELETED_ON,
    "TGL HAPUS": DELETED_ON,
    "TANGGAL DIHAPUS": DELETED_ON,
    "WAKTU HAPUS": DELETED_ON,
    "DELETED": DELETED,
    "IS DELETED": DELETED,
    "DIHAPUS": DELETED,
    "STATUS DATA": DELETED,
    "STATUS REKAM": DELETED,
}
"""Heading in comparison form -> column."""
STATUSES = ("DIHAPUS", "HAPUS", "TERHAPUS", "DELETED", "DELETE", "REMOVED")
"""Values of a coded column that mean deletion; status lists need not contain them."""
_TRUE = (*STATUSES, "YA", "Y", "YES", "TRUE", "1")
_NOT_DELETED = r"^(?:0|FALSE|F|TIDAK|N|NO|(?:0000-00-00|1899-12-30|1900-01-01|1970-01-01)\b.*)$"
"""Contents of a column of deletion dates that mean "not deleted", besides words for "none"."""


def ended_on(given: Iterable[str], coded: Iterable[str], stated_on: str | None, delivered: date) -> pl.Expr:
    """The day (`YYYY-MM-DD`) on which a row's record was deleted, at most the delivery date; null if not deleted.

    given: the existing columns. coded: columns whose canonical value may state it. stated_on: the column with the date
    of the status, if there is one.
    """
    there, day = set(given), pl.lit(delivered.isoformat())
    when, said = pl.lit(None, pl.String), [pl.col(name).is_in(STATUSES) for name in coded]
    if DELETED_ON in there:
        when, stated = (
            _whole(day_type().normalise(pl.col(DELETED_ON), {})),
            clean(pl.col(DELETED_ON)).str.to_uppercase(),
        )
        said.append(~stated.str.contains(_NOT_DELETED))
    if DELETED in there:
        said.append(pl.col(DELETED).str.strip_chars().str.to_uppercase().is_in(_TRUE))
    if stated_on is not None:
        when = pl.coalesce(when, _whole(pl.col(stated_on)))
    deleted = pl.any_horizontal(pl.lit(False), *(one.fill_null(False) for one in said))
    return pl.when(deleted).then(pl.min_horizontal(pl.coalesce(when, day), day))


def notices_of(rows: int) -> list[Filled]:
    """Notices to a sender about so many deleted records."""
    return [RECORDS_DELETED.fill(rows=rows)] if rows else []


def _whole(day: pl.Expr) -> pl.Expr:
    return pl.when(day.str.to_date("%Y-%m-%d", strict=False).is_not_null()).then(day)
