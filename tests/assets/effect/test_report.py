from __future__ import annotations

import json

import pandas as pd

from assets.effect import report
from tests.assets.effect.test_compare import province


def rows() -> pd.DataFrame:
    made = province(1, count=3000)
    return made.assign(
        start_year=[2014 + number % 2 if on else None for number, on in enumerate(made["treated"])],
        insured=made["in_school"],
        stunted=None,
        girls=0.5,
    )


def test_every_region_and_year_of_entry_is_compared():
    found = report.compare(rows())
    assert {(one.region_code, one.start_year) for one in found.estimates} == {
        ("36", None), ("36", 2014), ("36", 2015), *((str(code), None) for code in range(3601, 3605)),
    }  # fmt: skip
    whole, years = found.find("in_school"), [found.find("in_school", start_year=year) for year in (2014, 2015)]
    assert whole.treated >= max(year.treated for year in years) > 0
    assert found.find("stunted").interval is None
    assert found.find("in_school", "9999") is None


def test_what_is_written_tells_no_exact_count(tmp_path, monkeypatch):
    monkeypatch.setattr(report, "households", lambda _: rows())
    path = report.write(tmp_path / "warehouse.duckdb", tmp_path)
    for one in json.loads(path.read_text())["estimates"]:
        assert all(one["difference"][name] % 10 == 0 for name in ("treated", "compared", "left_out"))
    exact, read = report.compare(rows()), report.read(tmp_path)
    assert abs(read.find("in_school").interval.difference - exact.find("in_school").interval.difference) <= 0.0005
    assert len(read.balance) == len(exact.balance)


def test_a_publication_without_a_report_has_none(tmp_path):
    assert report.read(tmp_path) is None
