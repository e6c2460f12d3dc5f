"""Tests how indicators went: what is kept of earlier loads, and how it is drawn."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest

from assets.site import history
from assets.site.history import Step, courses, drawn, write
from assets.site.indicators import INDICATORS
from tests.assets.site.conftest import make_data

POOR = INDICATORS[0].key


@pytest.fixture
def data():
    return make_data()


def earlier(days: list[date], part: int = 200, whole: int = 1000) -> pl.DataFrame:
    """What sites of these days showed of Pandeglang's poor."""
    rows = [(day, "regency", "3601", POOR, part, whole) for day in days]
    return pl.DataFrame(rows, history._COLUMNS, orient="row")


def test_a_first_load_has_a_course_of_one_day(data):
    (step,) = courses(data)["regency", "3601", POOR]
    assert step.day == data.as_of
    assert drawn([step]) == ""


def test_earlier_days_come_before_it_and_the_same_day_is_replaced(data):
    days = [data.as_of - timedelta(days=1), data.as_of, data.as_of + timedelta(days=1)]
    found = courses(replace(data, past=earlier(days), _kept={}))["regency", "3601", POOR]
    assert [step.day for step in found] == days[:2]
    assert found[0].share == 0.2
    assert found[1] == courses(data)["regency", "3601", POOR][0]


def test_of_earlier_months_the_last_day_is_kept(data, tmp_path):
    days = [data.as_of - timedelta(days=back) for back in range(120)]
    write(replace(data, past=earlier(days[1:]), _kept={}), tmp_path / "history.parquet")
    kept = sorted(pl.read_parquet(tmp_path / "history.parquet").filter(region_code="3601")["as_of"].unique())
    last = [day for day in days[history.LOADS :] if (day + timedelta(days=1)).month != day.month]
    assert kept == sorted([*days[: history.LOADS], *last])
    assert len(last) >= 2


def test_what_a_site_wrote_the_next_one_reads(data, tmp_path):
    path = tmp_path / "history.parquet"
    write(data, path)
    later = replace(data, as_of=data.as_of + timedelta(days=1), past=pl.read_parquet(path), _kept={})
    assert {len(course) for course in courses(later).values()} == {2}
    assert not list(tmp_path.glob(".*")), "nothing unfinished is left"


def test_a_share_of_too_few_is_not_drawn(data):
    past = earlier([data.as_of - timedelta(days=1)], part=10, whole=10)
    found = courses(replace(data, past=past, _kept={}))["regency", "3601", POOR]
    assert [step.day for step in found] == [data.as_of]


def test_a_rising_share_rises_and_small_moves_stay_nearly_level():
    def heights(*shares: float) -> list[float]:
        line = drawn([Step(date(2019, 1, 1 + nth), share) for nth, share in enumerate(shares)])
        return [float(point.split(",")[1]) for point in line.split('points="')[1].split('"')[0].split()]

    first, last = heights(0.1, 0.4)
    assert first > last, "SVG counts downwards"
    level = heights(0.20, 0.205)
    assert abs(level[0] - level[1]) < (first - last) / 5
