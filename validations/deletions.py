"""Finds rows that mark their record as deleted at the source (ruling 34): by a deletion date, a flag, or a status.

Such a row ends its record on that date. It needs only its key, and no other check applies to it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import polars as pl

from validations.field_types import date as day_type
from validations.field_types.characters import clean
from validations.field_types.expressions import shared
from validations.messages import Filled, Message

RECORDS_DELETED = Message(
    "records_deleted",
    "{rows} baris menyatakan datanya dihapus di sumber; data itu berakhir, dan tidak dihitung lagi.",
    "{rows} rows say that their record was deleted at the source; it ends, and is counted no more.",
)

DELETION_UNREAD = Message(
    "deletion_unread",
    "Kolom penanda hapus berisi “{value}”, sehingga data ini tidak dianggap dihapus. Yang diterima: tanggal hapus, "
    "YA/TIDAK, DIHAPUS/AKTIF, atau kosong.",
    "The column that marks deletions holds `{value}`, so this record does not count as deleted. Allowed: the date of "
    "deletion, YES/NO, DELETED/ACTIVE, or nothing.",
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
_YES = (*STATUSES, "SUDAH", "SUDAH DIHAPUS", "YA", "Y", "YES", "TRUE", "1")
_NO = (
    *("0", "FALSE", "F", "TIDAK", "TDK", "N", "NO", "BELUM", "BUKAN", "BELUM DIHAPUS", "TIDAK DIHAPUS", "NOT DELETED"),
    *("AKTIF", "MASIH AKTIF", "ACTIVE", "ADA", "MASIH ADA", "BERLAKU", "VALID", "OK", "NORMAL", "LIVE", "UNDELETED"),
)
"""Words for "deleted" and "not deleted" in a column of either kind, besides words for "none"."""
_NEVER = r"^(?:0000-00-00|00[-/]00[-/]0000|9999-12-31|31[-/]12[-/]9999|1899-12-30|1900-01-01|1970-01-01)\b.*$"
"""Placeholders for "not deleted" in place of a date."""


def ended_on(given: Iterable[str], coded: Iterable[str], stated_on: str | None, delivered: date) -> pl.Expr:
    """The day (`YYYY-MM-DD`) on which a row's record was deleted, at most the delivery date; null if not deleted.

    given: the existing columns. coded: columns whose canonical value may state it. stated_on: the column with the date
    of the status, if there is one.
    """
    day = pl.lit(delivered.isoformat())
    when, said = [], [pl.col(name).is_in(STATUSES) for name in coded]
    for name in _columns(given):
        when.append(_whole(_date(name)))
        said += [_says(name), _date(name).is_not_null()]
    if stated_on is not None:
        when.append(_whole(pl.col(stated_on)))
    deleted = pl.any_horizontal(pl.lit(False), *(one.fill_null(False) for one in said))
    return pl.when(deleted).then(pl.min_horizontal(pl.coalesce(*when, day), day))


def doubtful(given: Iterable[str]) -> dict[str, pl.Expr]:
    """By deletion column, whether a row's value is neither a date, nor a known word for yes or no."""
    return {
        name: _stated(name).is_not_null() & _says(name).is_null() & _date(name).is_null() for name in _columns(given)
    }


def notices_of(rows: int) -> list[Filled]:
    """Notices to a sender about so many deleted records."""
    return [RECORDS_DELETED.fill(rows=rows)] if rows else []


def _columns(given: Iterable[str]) -> list[str]:
    there = set(given)
    return [name for name in (DELETED_ON, DELETED) if name in there]


def _stated(name: str) -> pl.Expr:
    return clean(pl.col(name)).str.to_uppercase()


def _says(name: str) -> pl.Expr:
    """Whether a value says that its record is deleted; null if it says neither. `T` is PostgreSQL's true where `F` is
    in the column, and `TIDAK` where `Y` is; else it says neither.
    """
    return shared(_yes_or_no, _stated(name))


def _yes_or_no(stated: pl.Expr) -> pl.Expr:
    of_letter = (
        pl.when((stated == "F").any() & ~(stated == "Y").any()).then(True).when((stated == "Y").any()).then(False)
    )
    return (
        pl.when(stated.is_in(_YES)).then(True)
        .when(stated.is_in(_NO) | stated.str.contains(_NEVER)).then(False)
        .when(stated == "T").then(of_letter)
    )  # fmt: skip


def _date(name: str) -> pl.Expr:
    """The value as a date, or as a year; null if it is neither, or says yes or no by itself."""
    read = pl.when(_says(name).is_null()).then(day_type().normalise(pl.col(name), {}))
    return shared(lambda read: pl.coalesce(_whole(read), read.str.extract(r"^(\d{4})$")), read)


def _whole(day: pl.Expr) -> pl.Expr:
    return shared(lambda day: pl.when(day.str.to_date("%Y-%m-%d", strict=False).is_not_null()).then(day), day)
