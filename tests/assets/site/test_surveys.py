"""Tests what is shown of BPS's poverty figures: the rate and the poverty line up to the day of the load."""

from __future__ import annotations

import pytest

from assets.site import surveys
from assets.site.build import write_pages
from assets.site.pages import ringkasan
from assets.site.regions import PROVINCE
from assets.site.tongue import Tongue
from tests.assets.site.conftest import make_data

pytestmark = pytest.mark.slow

NO_BREAK = "\N{NO-BREAK SPACE}"


def overview(tmp_path, sql: str) -> str:
    data = make_data()
    data.connection.execute(sql)
    list(write_pages(data, tmp_path, [ringkasan.PAGE]))
    return (tmp_path / "index.html").read_text(encoding="utf-8")


def test_only_surveys_up_to_the_day_of_the_load_are_shown():
    found = surveys.published(make_data(), PROVINCE)
    assert [(survey.year, survey.percent, survey.poverty_line) for survey in found] == [
        (2002, 9.22, None), (2019, 5.09, 465_000)
    ]  # fmt: skip
    assert found[1].at == pytest.approx(2019 + 2 / 12)


def test_the_line_is_drawn_in_rupiah_and_the_rate_in_per_cent():
    found, t = surveys.published(make_data(), PROVINCE), Tongue("id")
    line = surveys.line_chart(found, t)
    assert f"Rp{NO_BREAK}465.000 (2019)" in line
    assert "9,22%" not in line
    assert "9,22%" in surveys.rate_chart(found, t)
    assert surveys.line_chart(found[:1], t) is None
    assert surveys.rate_chart([], t) is None


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("select 1", f"dihitung miskin oleh BPS: Rp{NO_BREAK}465.000 per orang per bulan pada Maret{NO_BREAK}2019."),
        (
            "update shown.poverty_trend set poverty_line = 98000 where survey_year = 2002",
            f"BPS: Rp{NO_BREAK}98.000 per orang per bulan pada 2002, Rp{NO_BREAK}465.000 pada Maret{NO_BREAK}2019.",
        ),
        ("update shown.poverty_trend set poverty_line = null", "Belum ada garis kemiskinan yang disampaikan"),
        ("delete from shown.poverty_trend", "Belum ada garis kemiskinan yang disampaikan"),
    ],
    ids=["one", "two", "none", "no survey"],
)
def test_the_page_says_how_the_line_moved_or_that_none_was_delivered(tmp_path, sql, said):
    assert said in overview(tmp_path, sql)


def test_a_survey_without_a_rate_does_not_become_the_newest_rate(tmp_path):
    page = overview(
        tmp_path, "insert into shown.poverty_trend by name select '36' as region_code, 2019::int as survey_year,"
        " 9::int as survey_month, 'BPS' as origin, 480000 as poverty_line"
    )  # fmt: skip
    assert f"menjadi 5,09% (Maret{NO_BREAK}2019)" in page
    assert f"Rp{NO_BREAK}480.000 pada September{NO_BREAK}2019" in page
