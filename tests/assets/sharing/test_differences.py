"""Differences between what agreements share now and what they shared before."""

from __future__ import annotations

from assets.sharing.differences import Difference, differences
from assets.sharing.extracts import write_extract
from tests.assets.sharing.conftest import PERSONS, TODAY, agreement, table

LOAD = "20260315-001"


def test_nothing_differs_right_after_serving(published):
    write_extract(published, LOAD, agreement(), TODAY)
    assert differences(published, LOAD, [agreement()]) == []


def test_columns_rows_tables_and_agencies_are_compared(published):
    write_extract(published, LOAD, agreement(), TODAY)
    columns = {name: mask for name, mask in PERSONS["columns"].items() if name != "name"} | {"nik": "clear"}
    changed = {**PERSONS, "columns": {**columns, "birth_date": "year_only"}, "rows": {"poor": True}}
    regions = table("dim_region", {"region_code": "clear"})
    other = agreement(agency="dinlain", number="SADAYA/98/2026")
    persons = "marts.dim_person"
    assert differences(published, LOAD, [agreement(changed, regions), other]) == [
        Difference("dinlain", None, "agency", None, "served"),
        Difference("dinuji", persons, "rows", "all", "poor True"),
        Difference("dinuji", persons, "column name", "clear", None),
        Difference("dinuji", persons, "column nik", "last_four", "clear"),
        Difference("dinuji", persons, "column birth_date", None, "year_only"),
        Difference("dinuji", "marts.dim_region", "table", None, "served"),
    ]


def test_an_agency_without_an_agreement_is_reported(published):
    write_extract(published, LOAD, agreement(), TODAY)
    assert differences(published, LOAD, []) == [Difference("dinuji", None, "agency", "served", None)]
