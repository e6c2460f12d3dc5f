from __future__ import annotations

import sys

import duckdb
import pandas as pd
import pytest

from assets.effect import report
from assets.effect.compare import Difference, Interval
from assets.effect.report import Estimate, Report
from tests.assets.effect.test_compare import province

pytestmark = pytest.mark.slow

WAREHOUSE = """
    create schema marts; create schema reference;
    create table reference.load as select date '2019-11-01' as as_of_date;
    create table marts.dim_household as
    select unnest(['H1', 'H2', 'H3', 'H4']) as household_id, '3601' as regency_code, unnest([2, 3, null, 1]) as decile;
    create table marts.fct_enrolment as from (values
        ('H1', 'JAMSOSRATU', 2015), ('H1', 'JAMSOSRATU', 2014), ('H1', 'PKH', null), ('H3', 'JAMSOSRATU', 2016))
        as t(household_id, programme, start_year);
    create table marts.dim_person as from (values
        ('P1', 1980, 'P', 'AKTIF'), ('P2', 2008, 'P', 'AKTIF'), ('P3', 2003, 'L', null), ('P4', 2017, 'L', 'AKTIF'),
        ('P5', 2007, 'L', 'PINDAH'), ('P6', 2010, 'P', 'AKTIF'), ('P7', 2010, 'P', 'AKTIF'), ('P8', 1950, 'L', 'AKTIF'))
        as t(person_id, birth_year, sex, life_status);
    create table marts.bridge_household_person as
    select unnest(['H1', 'H1', 'H1', 'H1', 'H1', 'H2', 'H3', 'H4']) as household_id,
        unnest(['P1', 'P2', 'P3', 'P4', 'P5', 'P6', 'P7', 'P8']) as person_id, null::date as valid_to;
    create table marts.fct_school as from (values ('P2', 'AKTIF'), ('P2', 'AKTIF'), ('P3', 'PUTUS'))
        as t(person_id, status);
    create table marts.fct_health_cover as select 'P1' as person_id, 'AKTIF' as status;
    create table marts.fct_growth as from (values
        ('H1', 'P4', true, date '2019-01-01'), ('H1', 'P4', false, date '2019-06-01'), ('H1', 'P4', null, '2019-07-01'))
        as t(household_id, person_id, is_stunted, measured_on)
"""


def rows() -> pd.DataFrame:
    made = province(1, count=3000)
    return made.assign(
        start_year=[2014 + number % 2 if on else None for number, on in enumerate(made["treated"])],
        insured=made["in_school"],
        stunted=None,
        girls=0.5,
        comparable=made["household_id"] != "H0",
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
    path = tmp_path / "effect.json"
    report.write(tmp_path / "warehouse.duckdb", path)
    exact, read = report.compare(rows()), report.read(path)
    assert read.enrolled == exact.enrolled // 10 * 10
    for true, shown in zip(exact.estimates, read.estimates, strict=True):
        if true.difference.interval is None:
            assert shown.difference == Difference(None, None, None)
            continue
        assert shown.difference.treated == true.difference.treated // 10 * 10
        assert (shown.difference.left_out is None) == ((true.region_code, true.start_year) != ("36", None))
        assert abs(shown.difference.interval.low - true.difference.interval.low) <= 0.005
    assert len(read.balance) == len(exact.balance)


@pytest.mark.parametrize(("treated", "low"), [(150, 0.12), (1500, 0.123)])
def test_a_figure_has_no_more_decimals_than_one_household_moves(treated, low):
    exact = Difference(treated, 900, 3, Interval(0.5, 0.15, 0.12345, 0.18))
    (shown,) = report.shown_of(Report(9, [Estimate("girls", "36", None, exact)], [])).estimates
    assert shown.difference.interval.low == low


def test_a_publication_without_a_report_has_none(tmp_path):
    assert report.read(tmp_path / "effect.json") is None


def test_small_loads_are_not_modelled(monkeypatch):
    """They are most of the tests' loads, and statsmodels takes a second to import."""
    monkeypatch.setitem(sys.modules, "statsmodels.api", None)
    few = rows()
    few = few[few["treated"].cumsum().le(99) | ~few["treated"]]
    assert all(one.difference.interval is None for one in report.compare(few).estimates)


def test_households_of_a_warehouse_with_what_they_are_compared_by(tmp_path):
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        connection.execute(WAREHOUSE)
    found = report.households(tmp_path / "warehouse.duckdb").set_index("household_id")
    assert list(found.index) == ["H1", "H2", "H3"], "H4 has no child, and was never on the list"
    assert list(found["treated"]) == [True, False, True]
    assert list(found["comparable"]) == [True, True, False], "DTKS does not rank H3"
    one = found.loc["H1"]
    assert (one["start_year"], one["pkh"], one["size"], one["school_age"], one["small_children"]) == (
        2014,
        True,
        4,
        2,
        1,
    )
    assert (one["in_school"], one["girls"], one["insured"], one["stunted"]) == (0.5, 0.5, 0.25, 0.0)
