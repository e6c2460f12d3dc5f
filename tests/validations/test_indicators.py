"""Ruling 35: a figure that differs from its source's history by more than a factor of five; both numbers."""

from __future__ import annotations

import pytest

BPS = "bps_kemiskinan"


@pytest.fixture
def figures(good):
    """`figures({year: value}, column)`: a survey per year in one region."""

    def rows(values: dict[int, str], column: str = "JUMLAH_MISKIN", region: str = "3601") -> list[dict]:
        return [good(BPS, KODE_BPS=region, TAHUN=str(year), **{column: value}) for year, value in values.items()]

    return rows


def doubted(judged) -> list[tuple[int, str]]:
    lines = judged.table("warnings").filter(check_name="indicator_unlike_history").sort("row_number")
    return list(lines.select("row_number", "column_name").iter_rows())


@pytest.mark.parametrize(
    ("column", "values", "rows"),
    [
        ("JUMLAH_MISKIN", {2017: "114,1", 2018: "114,09", 2019: "114090"}, [4]),  # persons for thousands
        ("PERSENTASE", {2017: "9,6", 2018: "0,0942", 2019: "9,42"}, [3]),  # a share for a percentage
        ("JUMLAH_MISKIN", {2018: "114,09", 2019: "114090"}, [3]),  # of two, the later is flagged
        ("GARIS_KEMISKINAN", {2017: "280.000", 2018: "301.000", 2019: "315.000"}, []),
        ("JUMLAH_MISKIN", {2017: "100", 2018: "100", 2019: "500"}, []),  # five times is not more than five times
    ],
)
def test_a_figure_is_held_against_the_others_of_its_region(judge, figures, column, values, rows):
    judged = judge(BPS, [*figures(values, column), *figures({2019: "3"}, column, region="3602")])
    assert doubted(judged) == [(row, column) for row in rows]
    assert judged.accepted.height == len(values) + 1


def test_a_figure_is_held_against_what_is_in_force_and_both_numbers_are_named(judge, figures):
    before = judge(BPS, figures({2018: "114,09", 2019: "112,5"}))
    judged = judge(BPS, figures({2019: "112500"}), {BPS: [before]})
    assert doubted(judged) == [(2, "JUMLAH_MISKIN")]
    (line,) = judged.table("warnings").iter_rows(named=True)
    assert "112500.0 : 113.295" in line["message_id"]
    assert "112500.0 : 113.295" in line["message_en"]
    assert not doubted(judge(BPS, figures({2019: "110"}), {BPS: [before]}))
