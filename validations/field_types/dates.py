"""Dates in any spelling. Canonical `YYYY-MM-DD`; a birth date may also be a year alone, `YYYY` (ruling 6)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl

from validations.field_types.base import Cell, FieldType, Finding, Profile, malformed
from validations.field_types.characters import unquoted
from validations.field_types.expressions import shared
from validations.messages import Message

DATE_INVALID = Message(
    "date_invalid",
    "{column} “{value}” bukan tanggal yang ada. Yang diterima: {allowed}.",
    "{column} “{value}” is not a date that exists. Allowed: {allowed}.",
)
PLACEHOLDER = Message(
    "placeholder_date",
    "{column} “{value}” adalah tanggal pengganti dari sistem, bukan tanggal; dicatat tidak diketahui.",
    "{column} “{value}” is what systems write where there is no date; noted as unknown.",
)
HALF_CONVERTED = Message(
    "day_month_doubtful",
    "{column} “{value}” mungkin tertukar hari dan bulannya: lembar kerja mengubah sebagian tanggal berkas ini.",
    "Day and month of {column} “{value}” may have changed places: a spreadsheet converted some of the file's dates.",
)
HALF_OF_FILE = Message(
    "dates_half_converted",
    "Kolom {column} setengah diubah lembar kerja: sel tanggalnya hanya berhari 1–12, teksnya hanya berhari di atas 12."
    " Kirim ulang dengan kolom itu sebagai teks.",
    "A spreadsheet converted half of column {column}: its date cells have days up to 12 only, its texts later ones."
    " Send it again with that column as text.",
)
INSTANT_AS_DAY = Message(
    "instant_read_as_day",
    "{column} adalah waktu dengan zona; dicatat harinya menurut WIB.",
    "{column} is a time with its zone; noted is its day in western Indonesia.",
)
TIME_LEFT_OUT = Message(
    "time_of_day_left_out",
    "{column} memuat jam; yang dicatat hanya harinya.",
    "{column} has a time of day; only the day is noted.",
)
BEFORE_MIDNIGHT = Message(
    "cell_before_midnight",
    "Sel tanggal {column} berada dalam semenit sebelum tengah malam; dibaca sebagai hari berikutnya.",
    "The date cell of {column} is within a minute before midnight; read as the next day.",
)
SERIAL_AS_DAY = Message(
    "serial_read_as_day",
    "{column} “{value}” adalah nomor hari lembar kerja; dibaca sebagai tanggal.",
    "{column} “{value}” is a spreadsheet's number of a day; read as a date.",
)
MONTH_BEFORE_DAY = Message(
    "month_before_day",
    "Seluruh berkas menulis bulan sebelum hari; {column} dibaca demikian.",
    "The whole file writes the month before the day; {column} is read so.",
)
MOMENT_INVALID = Message("moment_invalid", "{column} bukan waktu ISO 8601.", "{column} is no time of ISO 8601.")
MOMENT_HERE = Message(
    "moment_without_offset",
    "{column} tanpa zona waktu; dibaca sebagai WIB (UTC+7).",
    "{column} states no offset; it was read as western Indonesia's time (UTC+7).",
)
PERIOD_INVALID = Message(
    "period_invalid",
    "{column} “{value}” bukan tahun dan tahap. Yang diterima: {allowed}.",
    "{column} “{value}” is no year and stage. Allowed: {allowed}.",
)
PERIOD_REWRITTEN = Message(
    "period_rewritten",
    "{column} “{value}” ditulis ulang sebagai tahun dan tahap.",
    "{column} “{value}” was rewritten as year and stage.",
)
EARLIEST, LATEST = 1880, 2100
_UP_TO_12, _CHANCE = 12 / 30.4, 0.1
"""The share of days up to 12 in a calendar; and the probability below which a split of days is not chance."""

_MONTHS = {
    "JANUARI": 1, "FEBRUARI": 2, "MARET": 3, "APRIL": 4, "MEI": 5, "JUNI": 6, "JULI": 7, "AGUSTUS": 8, "SEPTEMBER": 9,
    "OKTOBER": 10, "NOVEMBER": 11, "DESEMBER": 12, "PEBRUARI": 2, "NOPEMBER": 11, "JAN": 1, "FEB": 2, "PEB": 2,
    "MAR": 3, "APR": 4, "MAY": 5, "JUN": 6, "JUL": 7, "AGU": 8, "AGT": 8, "AGS": 8, "AUG": 8, "SEP": 9, "SEPT": 9,
    "JANUARY": 1, "FEBRUARY": 2, "MARCH": 3, "JUNE": 6, "JULY": 7, "AUGUST": 8, "OCTOBER": 10, "DECEMBER": 12,
    "OKT": 10, "OCT": 10, "NOV": 11, "NOP": 11, "DES": 12, "DEC": 12,
}  # fmt: skip
_CLOCK = (
    r"(?:T|,? )(?:(?:JAM|PUKUL) )?([01]?\d|2[0-3])[:.]([0-5]\d)(?:[:.]([0-5]\d)(?:[.,]\d+)?)?(?: ?([AP]M))?"
    r"(?: ?(Z|WIB|WITA|WIT|(?:UTC|GMT)?(?: ?[+-]\d{1,2}(?::?\d{2})?)?))?(?: \(.*\))?$"
)
"""Hour, minute, second, AM/PM, and offset of a time of day at the end of a date."""
_MIDNIGHT = r"[T ](?:00?[:.]00(?:[:.]00(?:[.,]0+)?)?|12:00(?::00)? ?AM)(?: \(.*\))?$"
_OFFSETS = {"": None, "Z": 0, "UTC": 0, "GMT": 0, "WIB": 7 * 60, "WITA": 8 * 60, "WIT": 9 * 60}
"""Minutes ahead of UTC."""
_OFFSET = r"([+-])(\d{1,2}):?(\d{2})?$"
ZONE = "Asia/Jakarta"
DATE_CELL = " (sel)"
"""Suffix of the text of a spreadsheet's date cell within a minute before midnight (docs/architecture.md)."""
_BEFORE_MIDNIGHT = r"^(\d{4}-\d\d-\d\d) 23:59:\d\d(?:\.\d+)? \(SEL\)$"
_SERIAL = r"^(\d{5})(?:[.,](\d+))?$"
_FIRST_DAY, _MINUTE = "1899-12-30", 1 / 1440
_SERIALS = {"birth_date": (10_000, 55_153), "date": (29_221, 55_153)}
"""Spreadsheet day numbers that are read as dates: wide for births, from 1980 for events, both up to 2050."""
_DAY_NAME = (
    r"^(?:SENIN|SELASA|RABU|KAMIS|JUM['’]?AT|SABTU|MINGGU|AHAD|(?:MON|TUE|TUES|WED|WEDNES|THU|THURS|FRI|SAT|SATUR|SUN)"
    r"(?:DAY)?)\.?,? "
)
_MORE = r"(?:[ T,].*)?$"
"""A time of day, which DMY and YMD ignore."""
_PLAIN = r"^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}$"
_DAY_FIRST = r"^(\d{1,2})\s*[-/.\s]\s*(\d{1,2})\s*[-/.\s]\s*(\d{4})"
_YEAR_FIRST = r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})"
DMY, YMD = _DAY_FIRST + _MORE, _YEAR_FIRST + _MORE
_WORDS = r"^(\d{1,2})[ \-/]([A-Z]+)\.?[ \-,/]\s*(\d{4})$"
_WORD_FIRST = r"^([A-Z]+)\.? (\d{1,2}),? (\d{4})$"
_YEAR = r"^(?:00?[-/.]00?[-/.])?(\d{4})(?:[-/.]00?[-/.]00?)?$"
_UNKNOWN = r"^(?:00?[-/.]00?[-/.]0{2,4}|0{4}[-/.]00?[-/.]00?|0+|\?+|TIDAK DIKETAHUI|TIDAK TAHU|TDK TH|TDK TAHU)$"
_PLACEHOLDERS = ("1899-12-30", "1899-12-31", "1900-01-01", "1970-01-01", "0001-01-01")
"""Values that systems write instead of a missing date: the first day of their count."""
_ZEROTH = r"^(?:00?[-/.]0?1[-/.]1900|0?1[-/.]00?[-/.]1900|1900[-/.]0?1[-/.]00?)$"
"""How Excel shows day zero of its count."""


def _iso(year: pl.Expr, month: pl.Expr, day: pl.Expr) -> pl.Expr:
    """ISO text of a date that exists, else null."""
    padded = pl.concat_str([year, month.str.zfill(2), day.str.zfill(2)], separator="-")
    return shared(lambda iso: pl.when(iso.str.to_date("%Y-%m-%d", strict=False).is_not_null()).then(iso), padded)


def _given(raw: pl.Expr) -> pl.Expr:
    return unquoted(raw).str.to_uppercase()


def _reader(name: str) -> Callable[[pl.Expr, Profile], pl.Expr]:
    """The normaliser of a date type; placeholders become null."""

    def normalise(raw: pl.Expr, profile: Profile) -> pl.Expr:
        read = _read(_given(raw), profile, _SERIALS[name])
        return shared(lambda read: pl.when(~read.is_in(_PLACEHOLDERS) & ~read.str.contains(_ZEROTH)).then(read), read)

    return normalise


def _read(given: pl.Expr, profile: Profile, serials: tuple[int, int]) -> pl.Expr:
    """The stated day, or the year if only that is stated; other text unchanged, unknown dates null."""

    def plain(given: pl.Expr) -> pl.Expr:
        read = pl.coalesce(_of_numbers(given, profile), given.str.extract(_YEAR, 1), given)
        return pl.when(~given.str.contains(_UNKNOWN)).then(read)

    if profile.get("plain"):
        return shared(plain, given)

    def read(given: pl.Expr, text: pl.Expr, day: pl.Expr, offset: pl.Expr) -> pl.Expr:
        return (
            pl.when(text.str.contains(_UNKNOWN) | (given == "")).then(None)
            .when(offset.is_not_null()).then(pl.coalesce(_in_jakarta(given, day, offset), given))
            .otherwise(pl.coalesce(
                _next_day(given.str.extract(_BEFORE_MIDNIGHT)),
                day,
                _of_serial(given, serials),
                text.str.extract(_YEAR, 1),
                given,
            ))
        )  # fmt: skip

    def with_day(given: pl.Expr, text: pl.Expr) -> pl.Expr:
        return shared(read, given, text, _day(text, profile), _minutes(given.str.extract(_CLOCK, 5)))

    return shared(with_day, given, _without_clock(given))


def _without_clock(given: pl.Expr) -> pl.Expr:
    return given.str.replace(_CLOCK, "").str.replace(_DAY_NAME, "")


def _day(text: pl.Expr, profile: Profile) -> pl.Expr:
    """ISO text of a day without a time, in any spelling; null if it is not one."""

    def month(pattern: str, at: int) -> pl.Expr:
        word = text.str.extract(pattern, at)
        return word.replace_strict(_MONTHS, default=None, return_dtype=pl.Int32).cast(pl.String)

    return pl.coalesce(
        _of_numbers(text, profile),
        _iso(text.str.extract(_WORDS, 3), month(_WORDS, 2), text.str.extract(_WORDS, 1)),
        _iso(text.str.extract(_WORD_FIRST, 3), month(_WORD_FIRST, 1), text.str.extract(_WORD_FIRST, 2)),
    )


def _of_numbers(text: pl.Expr, profile: Profile) -> pl.Expr:
    first, second = (2, 1) if profile.get("month_first") else (1, 2)
    year_first, day_first = _YEAR_FIRST + "$", _DAY_FIRST + "$"
    return pl.coalesce(
        _iso(text.str.extract(year_first, 1), text.str.extract(year_first, 2), text.str.extract(year_first, 3)),
        _iso(text.str.extract(day_first, 3), text.str.extract(day_first, second), text.str.extract(day_first, first)),
    )


def _minutes(offset: pl.Expr) -> pl.Expr:
    """Minutes ahead of UTC that an offset states; null if there is none."""

    def minutes(offset: pl.Expr) -> pl.Expr:
        hours, more = (offset.str.extract(_OFFSET, at).cast(pl.Int32, strict=False) for at in (2, 3))
        sign = pl.when(offset.str.extract(_OFFSET, 1) == "-").then(-1).otherwise(1)
        named = offset.replace_strict(_OFFSETS, default=None, return_dtype=pl.Int32)
        return pl.coalesce(sign * (60 * hours + more.fill_null(0)), named)

    return shared(minutes, offset)


def _in_jakarta(given: pl.Expr, day: pl.Expr, offset: pl.Expr) -> pl.Expr:
    """The day of an instant in Banten's zone (ruling 24)."""
    hour, minute, second = (given.str.extract(_CLOCK, at).fill_null("00").str.zfill(2) for at in (1, 2, 3))
    late = given.str.extract(_CLOCK, 4)
    clock = pl.concat_str([day, pl.lit("T"), hour, pl.lit(":"), minute, pl.lit(":"), second])
    local = pl.when(late.is_null()).then(clock).str.to_datetime("%Y-%m-%dT%H:%M:%S", strict=False, time_unit="ms")
    instant = (local - pl.duration(minutes=offset)).dt.replace_time_zone("UTC")
    return instant.dt.convert_time_zone(ZONE).dt.strftime("%Y-%m-%d")


def _next_day(day: pl.Expr) -> pl.Expr:
    return day.str.to_date("%Y-%m-%d", strict=False).dt.offset_by("1d").dt.strftime("%Y-%m-%d")


def _of_serial(given: pl.Expr, serials: tuple[int, int]) -> pl.Expr:
    """The day of a spreadsheet's day number; within a minute before midnight, the next."""

    def read(number: pl.Expr, part: pl.Expr) -> pl.Expr:
        days = number + (part > 1 - _MINUTE).fill_null(False).cast(pl.Int32)
        date = pl.lit(_FIRST_DAY).str.to_date("%Y-%m-%d") + pl.duration(days=days)
        return pl.when(number.is_between(*serials)).then(date.dt.strftime("%Y-%m-%d"))

    part = pl.concat_str([pl.lit("0."), given.str.extract(_SERIAL, 2)]).cast(pl.Float64, strict=False)
    return shared(read, given.str.extract(_SERIAL, 1).cast(pl.Int32, strict=False), part)


def _profile(column: pl.Series) -> dict[str, Any]:
    """`month_first`: the file only reads as month before day (ruling 6). `heap`: 1 January is far too common. `half`: a
    spreadsheet took days up to 12 for months, and left the others as text (ruling 25). `plain`: all are three groups of
    digits.
    """
    each = column.drop_nulls().to_frame("raw").group_by("raw").len("times").with_columns(given=_given(pl.col("raw")))
    numbers = [pl.col("given").str.extract(DMY, at).cast(pl.Int32, strict=False) for at in (1, 2)]
    parts = each.select("times", first=numbers[0], second=numbers[1]).drop_nulls()
    rows, texts = int(each["times"].sum()), int(parts["times"].sum())
    over_first, over_second = (int(parts.filter(pl.col(at) > 12)["times"].sum()) for at in ("first", "second"))
    new_years = r"^(?:0?1[-/.\s]0?1[-/.\s]\d{4}|\d{4}[-/.]0?1[-/.]0?1(?:[ T].*)?)$"
    new_year = int(each.filter(pl.col("given").str.contains(new_years))["times"].sum())
    return {
        "month_first": texts >= 10 and over_first == 0 and over_second >= 0.2 * texts,
        "heap": new_year >= 5 and new_year > 5 * rows / 365,
        "half": 0 < over_first == texts and _half_converted(each, texts),
        "plain": bool(each["given"].str.contains(_PLAIN).all()),
    }


def _half_converted(each: pl.DataFrame, texts: int) -> bool:
    """Whether all ISO dates of a column have days up to 12, while its `texts` other dates have later ones, and this is
    hardly chance.
    """
    dates = each.filter(~pl.col("given").str.slice(0, 10).is_in(_PLACEHOLDERS))
    days = dates.select("times", day=pl.col("given").str.extract(YMD, 3).cast(pl.Int32, strict=False)).drop_nulls()
    if days.is_empty() or (days["day"] > 12).any():
        return False
    return _UP_TO_12 ** int(days["times"].sum()) * (1 - _UP_TO_12) ** texts < _CHANCE


def _turned(cell: Cell) -> pl.Expr:
    if not cell.profile.get("month_first"):
        return cell.value.is_null() & False
    return _given(cell.raw).str.contains(DMY) & (cell.value != _given(cell.raw))


def _doubtful(cell: Cell) -> pl.Expr:
    """A date that a spreadsheet may have made of a text by taking its day for the month."""
    if not cell.profile.get("half"):
        return cell.value.is_null() & False
    given, value = _given(cell.raw), cell.value
    as_given = given.str.contains(YMD) & (value == given.str.slice(0, 10))
    return as_given & (value.str.slice(5, 2) != value.str.slice(8, 2))


def _how(raw: pl.Expr, value: pl.Expr, profile: Profile) -> pl.Expr:
    """How a date was read, if worth recording: `instant`, `cell`, `time`, `serial`, `placeholder`.

    A non-empty value that does not mean unknown is null only if it is a placeholder.
    """

    def word(given: pl.Expr, value: pl.Expr) -> pl.Expr:
        none = value.is_null()
        return (
            pl.when(none & ~_without_clock(given).str.contains(_UNKNOWN)).then(pl.lit("placeholder"))
            .when(none | (value == given)).then(None)
            .when(given.str.contains(_BEFORE_MIDNIGHT)).then(pl.lit("cell"))
            .when(given.str.contains(_SERIAL)).then(pl.lit("serial"))
            .when(_minutes(given.str.extract(_CLOCK, 5)).is_not_null()).then(pl.lit("instant"))
            .when(given.str.contains(_CLOCK) & ~given.str.contains(_MIDNIGHT)).then(pl.lit("time"))
        )  # fmt: skip

    if profile.get("plain"):
        none = value.is_null() & ~_given(raw).str.contains(_UNKNOWN)
        return pl.when(none).then(pl.lit("placeholder"))
    return shared(word, _given(raw), value)


def _read_as(how: str) -> Callable[[Cell], pl.Expr]:
    return lambda cell: cell.how == how


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
        _reader(name),
        errors=(Finding(DATE_INVALID, invalid),),
        repairs=(
            Finding(MONTH_BEFORE_DAY, _turned),
            Finding(INSTANT_AS_DAY, _read_as("instant")),
            Finding(TIME_LEFT_OUT, _read_as("time")),
            Finding(BEFORE_MIDNIGHT, _read_as("cell")),
            Finding(SERIAL_AS_DAY, _read_as("serial")),
        ),
        warnings=(
            Finding(PLACEHOLDER, _read_as("placeholder"), "an unknown date may be missing", only_if="valueless"),
            Finding(HALF_CONVERTED, _doubtful, "one of the two dates is right, and nobody can tell which (ruling 25)"),
        ),
        notices=(("half", HALF_OF_FILE),),
        how=_how,
        profile=_profile,
        companions={"state": _state},
        allowed_id=spellings + more_id,
        allowed_en=spellings + more_en,
    )


def moment() -> FieldType:
    """A point in time in ISO 8601 with its offset (`2019-10-03T04:05:06.789Z`), canonical in UTC to the second. Without
    an offset it is a clock's in Banten (UTC+7), as people type it; without a time of day it is the day's beginning.
    """
    typed = r"^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(:\d{2})?(?:\.\d+)?)?$"

    def normalise(raw: pl.Expr, _: Profile) -> pl.Expr:
        given = unquoted(raw).str.to_uppercase()
        day, clock, seconds = (given.str.extract(typed, part) for part in (1, 2, 3))
        here = pl.concat_str(day, pl.lit("T"), clock.fill_null("00:00"), seconds.fill_null(":00"), pl.lit("+07:00"))
        utc = given.str.replace(r"Z$", "+00:00").str.replace(r"\.\d+", "").str.replace(r"([+-]\d{2})(\d{2})$", "$1:$2")
        stated = pl.when(given.str.contains(typed)).then(here).otherwise(utc)
        read = stated.str.to_datetime("%Y-%m-%dT%H:%M:%S%:z", strict=False, time_zone="UTC")
        return pl.coalesce(read.dt.strftime("%Y-%m-%dT%H:%M:%SZ"), given)

    def rewritten(cell: Cell) -> pl.Expr:
        return unquoted(cell.raw).str.contains(typed) & cell.value.str.ends_with("Z")

    return FieldType(
        "moment",
        normalise,
        errors=(Finding(MOMENT_INVALID, malformed(r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$")),),
        repairs=(Finding(MOMENT_HERE, rewritten, only_if="changed"),),
        allowed_id="ISO 8601, mis. 2019-10-03T04:05:06Z; tanpa zona dibaca WIB, mis. 2019-10-03 11:05",
        allowed_en="ISO 8601, such as 2019-10-03T04:05:06Z; without an offset as UTC+7, such as 2019-10-03 11:05",
    )


def period() -> FieldType:
    """A payment period, canonical `2019-T1`: the year and one of its four stages (ruling 23)."""
    stage = r"^(?:(\d{4})[\s/_\-.]*(?:TAHAP|T)[\s.]*0?(\d{1,2})|(?:TAHAP|T)[\s.]*0?(\d{1,2})[\s/_\-.]*(\d{4}))$"

    def normalise(raw: pl.Expr, _: Profile) -> pl.Expr:
        given = unquoted(raw).str.to_uppercase()
        year = pl.coalesce(given.str.extract(stage, 1), given.str.extract(stage, 4))
        number = pl.coalesce(given.str.extract(stage, 2), given.str.extract(stage, 3))
        return pl.coalesce(pl.concat_str(year, pl.lit("-T"), number), given)

    return FieldType(
        "period",
        normalise,
        errors=(Finding(PERIOD_INVALID, malformed(r"^(?:19|20)\d{2}-T[1-4]$")),),
        repairs=(Finding(PERIOD_REWRITTEN, lambda cell: cell.value != _given(cell.raw), only_if="changed"),),
        allowed_id="tahun dan tahap 1–4, mis. 2019-T1",
        allowed_en="year and stage 1 to 4, such as 2019-T1",
    )


def date() -> FieldType:
    """A day, canonical `YYYY-MM-DD`; `00-00-0000` and the like are empty. Companion `state` as for birth dates."""
    return _date("date", r"^\d{4}-\d{2}-\d{2}$", "", "")


def birth_date() -> FieldType:
    """A day, or `YYYY` if only the year is known (`00-00-1957`, `1957`), never as 1 January.

    Companion `state`: `day`, `year`, `heap` (1 January in a file with too many), `missing`.
    """
    return _date("birth_date", r"^\d{4}-\d{2}-\d{2}$|^\d{4}$", ", atau tahun saja", ", or the year alone")
