"""Rulings 6, 24 and 25: every spelling of a day is read as that day; other texts are reported."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.validations.test_field_types import ALL, read
from validations import field_types as types
from validations.field_types import dates

MONTHS = ["Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November",
          "Desember"]  # fmt: skip
ENGLISH = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
DAYS = ["Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"]
FORMS = {
    "iso": lambda day: day.isoformat(),
    "day first": lambda day: f"{day.day}/{day.month}/{day.year}",
    "padded": lambda day: f"{day:%d-%m-%Y}",
    "dots": lambda day: f"{day:%d.%m.%Y}",
    "words": lambda day: f"{day.day} {MONTHS[day.month - 1]} {day.year}",
    "day's name": lambda day: f"{DAYS[day.weekday()]}, {day.day} {MONTHS[day.month - 1].lower()} {day.year}",
    "english": lambda day: f"{day:%d}-{ENGLISH[day.month - 1]}-{day.year}",
    "month first in words": lambda day: f"{ENGLISH[day.month - 1]} {day.day}, {day.year}",
    "midnight": lambda day: f"{day} 00:00:00",
    "midnight with fraction": lambda day: f"{day}T00:00:00.000",
    "am": lambda day: f"{day:%d/%m/%Y} 12:00:00 AM",
    "serial": lambda day: str((day - date(1899, 12, 30)).days),
    "serial as a float": lambda day: f"{(day - date(1899, 12, 30)).days}.0",
    "western indonesia": lambda day: f"{day}T00:00:00+07:00",
    "javascript": lambda day: f"Mon {ENGLISH[day.month - 1]} {day:%d} {day.year} 00:00:00 GMT+0700 (WIB)",
}


@given(st.dates(date(1928, 1, 1), date(2049, 12, 31)))
@settings(max_examples=20, deadline=None)
def test_a_day_is_that_day_however_it_is_spelled(day):
    if day.isoformat() in dates._PLACEHOLDERS:
        return
    column = [form(day) for form in FORMS.values()]
    kind = types.birth_date()
    frame = pl.DataFrame({"raw:X": column}).with_columns(X=kind.normalise(pl.col("raw:X"), {}))
    assert dict(zip(FORMS, frame["X"], strict=True)) == dict.fromkeys(FORMS, day.isoformat())


@given(
    st.dates(date(1970, 1, 3), date(2049, 12, 30)),
    st.times(),
    st.integers(-11 * 4, 13 * 4),
    st.sampled_from(["%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S.000", "%d/%m/%Y %H:%M"]),
)
@settings(max_examples=20, deadline=None)
def test_ruling_24_an_instant_is_its_day_in_jakarta_whatever_its_offset(day, clock, quarters, form):
    minutes = 15 * quarters
    moment = datetime.combine(day, clock.replace(second=0, microsecond=0), timezone(timedelta(minutes=minutes)))
    offset = f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
    row = read(ALL["date"], moment.strftime(form) + offset).row(0, named=True)
    there = moment.astimezone(timezone(timedelta(hours=7))).date()
    assert (row["X"], row["said"]) == (there.isoformat(), ["instant_read_as_day"])


@pytest.mark.parametrize(
    ("raw", "day", "said"),
    [
        ("1985-08-04T17:00:00.000000Z", "1985-08-05", ["instant_read_as_day"]),
        ("1955-08-04T16:30:00Z", "1955-08-05", ["instant_read_as_day"]),  # Jakarta was at UTC+7:30
        ("1943-08-04T15:00:00Z", "1943-08-05", ["instant_read_as_day"]),  # and at UTC+9 during the war
        ("1985-08-05T00:00:00+07:00", "1985-08-05", ["instant_read_as_day"]),
        ("05-08-1985 09.30 WIB", "1985-08-05", ["instant_read_as_day"]),
        ("1985-08-05 23:30 WIT", "1985-08-05", ["instant_read_as_day"]),
        ("1985-08-05 23:59:48", "1985-08-05", ["time_of_day_left_out"]),  # text is taken as written
        ("1985-08-04 23:59:48 (sel)", "1985-08-05", ["cell_before_midnight"]),
        ("1985-08-05 07:30", "1985-08-05", ["time_of_day_left_out"]),
        ("31263.99986", "1985-08-05", ["serial_read_as_day"]),
        ("31264.5", "1985-08-05", ["serial_read_as_day"]),
        ("1899-12-30", None, ["placeholder_date"]),
        ("01/01/1900", None, ["placeholder_date"]),
        ("1 Januari 1970", None, ["placeholder_date"]),
        ("1970-01-01T00:00:00Z", None, ["placeholder_date"]),
        ("1969-12-31T17:00:00Z", None, ["placeholder_date"]),
        ("0001-01-01T00:00:00", None, ["placeholder_date"]),
        ("00/01/1900", None, ["placeholder_date"]),
        ("1985-08-05T24:00:00", "1985-08-05T24:00:00", ["date_invalid"]),
        ("1985-08-05 SORE", "1985-08-05 SORE", ["date_invalid"]),
        ("1985-08-05T07:30 pagi", "1985-08-05T07:30 PAGI", ["date_invalid"]),
        ("99999", "99999", ["date_invalid"]),
    ],
)
def test_rulings_24_and_25_no_time_is_cut_off_in_silence(raw, day, said):
    row = read(ALL["birth_date"], raw).row(0, named=True)
    assert (row["X"], row["said"]) == (day, said)


def test_a_serial_of_an_event_long_ago_is_none():
    """`10519` in a column of events is a short form of 1 May, unlikely to be a day of 1928."""
    assert read(ALL["date"], "10519")["said"].to_list() == [["date_invalid"]]


HALF = ["2019-01-10", "2019-03-10", "2019-05-10", "2019-10-10", "13/10/2019", "15/10/2019", "28/10/2019"]


@pytest.mark.parametrize(
    ("column", "doubtful"),
    [
        (HALF, HALF[:3]),  # 10 October is the same both ways
        ([*HALF, "2019-01-13"], []),  # a date cell with a later day: nothing was converted
        ([*HALF, "05/10/2019"], []),  # a text with an early day
        ([*HALF, "1900-01-01"], HALF[:3]),
        (HALF[:3], []),
        (HALF[4:], []),
        (["2019-01-10", "13/10/2019"], []),  # too few to tell from chance
        ([f"{text} 00:00:00" if "-" in text else text for text in HALF], [f"{text} 00:00:00" for text in HALF[:3]]),
    ],
)
def test_ruling_25_a_column_that_was_half_converted_is_doubted(column, doubtful):
    frame = read(ALL["date"], *column)
    found = frame.filter(pl.col("said").list.contains("day_month_doubtful"))
    assert found["raw:X"].to_list() == doubtful


def test_ruling_25_what_the_nik_proves_is_swapped_back_and_the_rest_is_warned_of(judge, many):
    """NIKs of 5 August 1985; most dates were made 8 May."""
    rows = many("dinsos_pkh", 8, TANGGAL_LAHIR="1985-05-08")
    rows[0] |= {"NIK": None}
    rows += [{**row, "ID_PKH": f"PKH9{n}", "TANGGAL_LAHIR": "25/08/1985"} for n, row in enumerate(rows)]
    judged = judge("dinsos_pkh", rows)
    assert judged.verdict.repairs["day_month_swapped"] == 7
    assert judged.verdict.warnings["day_month_doubtful"] == 1
    assert [notice.code for notice in judged.verdict.notices["berkas.csv"]] == ["dates_half_converted"]


def test_a_placeholder_where_a_date_is_needed_is_the_error_itself(judge, good):
    judged = judge("dinsos_dtks_rumah_tangga", [good("dinsos_dtks_rumah_tangga", TANGGAL_PENDATAAN="1900-01-01")])
    assert judged.checks("quarantine") == {(2, "TANGGAL_PENDATAAN", "placeholder_date")}


def test_now_is_no_placeholder():
    assert read(ALL["date"], datetime.now(UTC).strftime("%d-%m-%Y"))["said"].to_list() == [[]]
