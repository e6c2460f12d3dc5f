"""Workbooks contain the given values, text as text, and no formula."""

from __future__ import annotations

import zipfile
from datetime import date, datetime

import fastexcel
import openpyxl
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.sharing import workbook
from assets.sharing.workbook import Page, Sheet, write_workbook

HOSTILE = [
    "=1+1",
    "+62811",
    "-5",
    "@SUM(A1)",
    '=HYPERLINK("http://x")',
    "\t=1",
    "a<b>&\"c'",
    "_x0041_",
    "a\r\nb",
    " x ",
]
NIK = "3601010101019001"


def frame(**more) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "nik": [NIK, None],
            "born": [date(1990, 2, 28), None],
            "paid": [1_500_000, None],
            "share": [0.25, float("nan")],
            "poor": [True, None],
            "no": [1, 2],
        }
        | more
    )


def opened(path, title):
    return openpyxl.load_workbook(path)[title]


def test_values_keep_their_types(tmp_path):
    write_workbook(tmp_path / "a.xlsx", [Sheet("Orang", frame())])
    sheet = opened(tmp_path / "a.xlsx", "Orang")
    heads, first, second = list(sheet.iter_rows())
    assert [cell.value for cell in heads] == ["nik", "born", "paid", "share", "poor", "no"]
    assert [cell.value for cell in first] == [NIK, datetime(1990, 2, 28), 1_500_000, 0.25, True, 1]  # noqa: DTZ001
    assert [cell.value for cell in second] == [*[None] * 5, 2]
    assert first[0].data_type in ("s", "inlineStr")
    assert first[0].number_format == "@"
    assert first[1].number_format == "yyyy-mm-dd"


def test_the_header_is_frozen_with_filters_and_widths_that_fit(tmp_path):
    write_workbook(tmp_path / "a.xlsx", [Sheet("Orang", frame())])
    sheet = opened(tmp_path / "a.xlsx", "Orang")
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:F3"
    assert sheet.dimensions == "A1:F3"
    assert sheet.column_dimensions["A"].width > len(NIK)


def test_no_formula_can_run(tmp_path):
    write_workbook(
        tmp_path / "a.xlsx", [Sheet("Orang", pl.DataFrame({"=1+1": HOSTILE})), Page("Baca", [("=2+2",)], (9,))]
    )
    sheet = opened(tmp_path / "a.xlsx", "Orang")
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "inlineStr"}
    with zipfile.ZipFile(tmp_path / "a.xlsx") as package:
        xml = [package.read(name).decode() for name in package.namelist() if "worksheets/sheet" in name]
        assert not any("<f" in text for text in xml)
        assert not [
            name for name in package.namelist() if "vba" in name or "externalLink" in name or "_rels/sheet" in name
        ]


@settings(deadline=None, max_examples=40)
@given(texts=st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"])) | st.sampled_from(HOSTILE), min_size=1))
def test_every_text_survives_a_round_trip(texts, tmp_path_factory):
    path = tmp_path_factory.mktemp("texts") / "a.xlsx"
    write_workbook(path, [Sheet("T", pl.DataFrame({"text": texts, "n": range(len(texts))}))])
    read = fastexcel.read_excel(path).load_sheet("T", dtypes={"text": "string"}).to_polars()
    expected = [text.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd") or None for text in texts]
    assert [value or None for value in read["text"].to_list()] == expected
    assert read["n"].to_list() == list(range(len(texts)))


def test_characters_that_xml_cannot_hold_do_not_break_the_file(tmp_path):
    write_workbook(tmp_path / "a.xlsx", [Sheet("T", pl.DataFrame({"text": ["a\x00b\x1fc", "\x0b" * 3]}))])
    assert opened(tmp_path / "a.xlsx", "T")["A2"].value == "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}c"


def test_many_rows_are_numbered_through(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "_SLICE", 7)
    write_workbook(
        tmp_path / "a.xlsx", [Sheet("T", pl.DataFrame({"n": range(100)})), Sheet("U", pl.DataFrame({"n": [5]}))]
    )
    read = fastexcel.read_excel(tmp_path / "a.xlsx").load_sheet("T").to_polars()
    assert read["n"].to_list() == list(range(100))
    assert opened(tmp_path / "a.xlsx", "U")["A2"].value == 5


def test_an_empty_table_has_its_header(tmp_path):
    write_workbook(tmp_path / "a.xlsx", [Sheet("T", frame().clear())])
    assert [cell.value for cell in opened(tmp_path / "a.xlsx", "T")[1]] == [
        "nik",
        "born",
        "paid",
        "share",
        "poor",
        "no",
    ]
    assert opened(tmp_path / "a.xlsx", "T").max_row == 1


def test_more_rows_than_a_sheet_holds_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "MOST_ROWS", 3)
    with pytest.raises(ValueError, match="more than 3 rows"):
        write_workbook(tmp_path / "a.xlsx", [Sheet("T", pl.DataFrame({"n": range(4)}))])


def test_a_row_is_as_high_as_its_longest_text(tmp_path):
    """A spreadsheet that does not measure rows would show the first line only."""
    write_workbook(tmp_path / "a.xlsx", [Page("Baca", [("kata", "kata"), ("kata", "kata " * 9)], (9, 20))])
    rows = opened(tmp_path / "a.xlsx", "Baca").row_dimensions
    assert rows[1].height is None
    assert rows[2].height == 3 * 15
