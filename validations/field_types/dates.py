"""Dates in all their spellings. Canonical `YYYY-MM-DD`; a birth date may also be a year alone, `YYYY` (ruling 6)."""

from __future__ import annotations

from typing import Any

import polars as pl

from validations.field_types.base import Cell, FieldType, Finding, Profile, malformed, shared, unquoted
from validations.messages import Message

DATE_INVALID = Message("date_invalid", "{column} bukan tanggal yang ada.", "{column} is not a date that exists.")
MONTH_BEFORE_DAY = Message(
    "month_before_day",
    "Seluruh berkas menulis bulan sebelum hari; {column} dibaca demikian.",
    "The whole file writes the month before the day; {column} is read so.",
)
MOMENT_INVALID = Message("moment_invalid", "{column} bukan waktu ISO 8601.", "{column} is no time of ISO 8601.")
PERIOD_INVALID = Message(
    "period_invalid", "{column} “{value}” bukan tahun dan tahap.", "{column} “{value}” is no year and stage."
)
EARLIEST, LATEST = 1880, 2100

_MONTHS = {
    "JANUARI": 1, "FEBRUARI": 2, "MARET": 3, "APRIL": 4, "MEI": 5, "JUNI": 6, "JULI": 7, "AGUSTUS": 8, "SEPTEMBER": 9,
    "OKTOBER": 10, "NOVEMBER": 11, "DESEMBER": 12, "PEBRUARI": 2, "NOPEMBER": 11, "JAN": 1, "FEB": 2, "PEB": 2,
    "MAR": 3, "APR": 4, "MAY": 5, "JUN": 6, "JUL": 7, "AGU": 8, "AGT": 8, "AGS": 8, "AUG": 8, "SEP": 9, "SEPT": 9,
    "OKT": 10, "OCT": 10, "NOV": 11, "NOP": 11, "DES": 12, "DEC": 12,
}  # fmt: skip
_MIDNIGHT = r"(?:[ T][\d:.]+Z?)?$"
DMY = r"^(\d{1,2})\s*[-/.\s]\s*(\d{1,2})\s*[-/.\s]\s*(\d{4})" + _MIDNIGHT
YMD = r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})" + _MIDNIGHT
_WORDS = r"^(\d{1,2})[ \-/]([A-Z]+)\.?[ \-,/]\s*(\d{4})$"
_YEAR = r"^(?:00?[-/.]00?[-/.])?(\d{4})(?:[-/.]00?[-/.]00?)?" + _MIDNIGHT
_UNKNOWN = (
    r"^(?:00?[-/.]00?[-/.]0{2,4}|0{4}[-/.]00?[-/.]00?(?:[ T][\d:.]+)?|0+|-+|\?+"
    r"|TIDAK DIKETAHUI|TIDAK TAHU|TDK TH)$"
)


def _iso(year: pl.Expr, month: pl.Expr, day: pl.Expr) -> pl.Expr:
    """ISO text of a date that exists, else null."""
    padded = pl.concat_str([year, month.str.zfill(2), day.str.zfill(2)], separator="-")
    return shared(lambda iso: pl.when(iso.str.to_date("%Y-%m-%d", strict=False).is_not_null()).then(iso), padded)


def _given(raw: pl.Expr) -> pl.Expr:
    return unquoted(raw).str.to_uppercase()


def _date_text(raw: pl.Expr, profile: Profile) -> pl.Expr:
    return shared(lambda given: _date_of(given, profile), _given(raw))


def _date_of(given: pl.Expr, profile: Profile) -> pl.Expr:
    first, second = (2, 1) if profile.get("month_first") else (1, 2)
    month_word = given.str.extract(_WORDS, 2).replace_strict(_MONTHS, default=None, return_dtype=pl.Int32)
    return (
        pl.when(given.str.contains(_UNKNOWN) | (given == "")).then(None)
        .otherwise(
            pl.coalesce(
                _iso(given.str.extract(YMD, 1), given.str.extract(YMD, 2), given.str.extract(YMD, 3)),
                _iso(given.str.extract(DMY, 3), given.str.extract(DMY, second), given.str.extract(DMY, first)),
                _iso(given.str.extract(_WORDS, 3), month_word.cast(pl.String), given.str.extract(_WORDS, 1)),
                given.str.extract(_YEAR, 1),
                given,
            )
        )
    )  # fmt: skip


def _profile(column: pl.Series) -> dict[str, Any]:
    """`month_first`: the file reads only as month before day (ruling 6). `heap`: 1 January is far too common in it."""
    frame = column.drop_nulls().to_frame("raw").select(given=_given(pl.col("raw")))
    parts = frame.select(
        first=pl.col("given").str.extract(DMY, 1).cast(pl.Int32, strict=False),
        second=pl.col("given").str.extract(DMY, 2).cast(pl.Int32, strict=False),
    ).drop_nulls()
    over_first, over_second = (parts["first"] > 12).sum(), (parts["second"] > 12).sum()
    month_first = parts.height >= 10 and over_first == 0 and over_second >= 0.2 * parts.height
    new_year = frame["given"].str.contains(r"^(?:0?1[-/.\s]0?1[-/.\s]\d{4}|\d{4}[-/.]0?1[-/.]0?1(?:[ T].*)?)$").sum()
    return {"month_first": bool(month_first), "heap": bool(new_year >= 5 and new_year > 5 * frame.height / 365)}


def _turned(cell: Cell) -> pl.Expr:
    if not cell.profile.get("month_first"):
        return cell.value.is_null() & False
    return _given(cell.raw).str.contains(DMY) & (cell.value != _given(cell.raw))


def _state(raw: pl.Expr, value: pl.Expr, profile: Profile) -> pl.Expr:
    heap = pl.lit(bool(profile.get("heap"))) & value.str.ends_with("-01-01")
    return (
        pl.when(value.is_null()).then(pl.lit("missing"))
        .when(value.str.len_bytes() == 4).then(pl.lit("year"))
        .when(heap).then(pl.lit("heap"))
        .otherwise(pl.lit("day"))
    )  # fmt: skip


def _date(name: str, pattern: str, more_id: str, more_en: str) -> FieldType:
    def invalid(cell: Cell) -> pl.Expr:
        value = cell.value
        year = value.str.extract(r"^(\d{4})").cast(pl.Int32, strict=False)
        exists = (value.str.len_bytes() == 4) | value.str.to_date("%Y-%m-%d", strict=False).is_not_null()
        in_range = year.is_between(EARLIEST, LATEST).fill_null(False)
        return value.is_not_null() & ~(value.str.contains(pattern) & exists & in_range)

    spellings = "DD-MM-YYYY, DD/MM/YYYY, YYYY-MM-DD, “17 Agustus 1985”"
    return FieldType(
        name,
        _date_text,
        errors=(Finding(DATE_INVALID, invalid),),
        repairs=(Finding(MONTH_BEFORE_DAY, _turned),),
        profile=_profile,
        companions={"state": _state},
        allowed_id=spellings + more_id,
        allowed_en=spellings + more_en,
    )


def moment() -> FieldType:
    """A point in time of ISO 8601 with its offset (`2019-10-03T04:05:06.789Z`), canonical in UTC to the second."""

    def normalise(raw: pl.Expr, _: Profile) -> pl.Expr:
        given = unquoted(raw).str.to_uppercase()
        utc = given.str.replace(r"Z$", "+00:00").str.replace(r"\.\d+", "").str.replace(r"([+-]\d{2})(\d{2})$", "$1:$2")
        read = utc.str.to_datetime("%Y-%m-%dT%H:%M:%S%:z", strict=False, time_zone="UTC")
        return pl.coalesce(read.dt.strftime("%Y-%m-%dT%H:%M:%SZ"), given)

    return FieldType(
        "moment",
        normalise,
        errors=(Finding(MOMENT_INVALID, malformed(r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$")),),
        allowed_id="ISO 8601, mis. 2019-10-03T04:05:06Z",
        allowed_en="ISO 8601, such as 2019-10-03T04:05:06Z",
    )


def period() -> FieldType:
    """A payment period, canonical `2019-T1`: the year and its stage."""
    stage = r"^(?:(\d{4})[\s/_\-.]*(?:TAHAP|T)[\s.]*0?(\d{1,2})|(?:TAHAP|T)[\s.]*0?(\d{1,2})[\s/_\-.]*(\d{4}))$"

    def normalise(raw: pl.Expr, _: Profile) -> pl.Expr:
        given = unquoted(raw).str.to_uppercase()
        year = pl.coalesce(given.str.extract(stage, 1), given.str.extract(stage, 4))
        number = pl.coalesce(given.str.extract(stage, 2), given.str.extract(stage, 3))
        return pl.coalesce(pl.concat_str(year, pl.lit("-T"), number), given)

    return FieldType(
        "period",
        normalise,
        errors=(Finding(PERIOD_INVALID, malformed(r"^(?:19|20)\d{2}-T(?:[1-9]|1[0-2])$")),),
        allowed_id="tahun dan tahap, mis. 2019-T1",
        allowed_en="year and stage, such as 2019-T1",
    )


def date() -> FieldType:
    """A day, canonical `YYYY-MM-DD`; `00-00-0000` and the like are empty. Companion `state` as with birth dates."""
    return _date("date", r"^\d{4}-\d{2}-\d{2}$", "", "")


def birth_date() -> FieldType:
    """A day, or where only the year is known `YYYY` (`00-00-1957`, `1957`), never made a 1 January.

    Companion `state`: `day`, `year`, `heap` (1 January in a file that heaps there), `missing`.
    """
    return _date("birth_date", r"^\d{4}-\d{2}-\d{2}$|^\d{4}$", ", atau tahun saja", ", or the year alone")
