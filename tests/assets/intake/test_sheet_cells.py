"""Tests that cells are read as shown: errors, formulas without results, percentages, thousands, zeros, dates."""

from __future__ import annotations

import re
import shutil
import zipfile
from datetime import date
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from assets.intake import sheet_cells
from assets.intake.parse import parse_file
from assets.sources import Source, Workbook
from validations.contract import Contract, Field
from validations.field_types import birth_date, rupiah, text
from validations.field_types import date as day_type
from validations.messages import Refusal

CONTRACT = Contract(
    "uji",
    "Uji",
    "Test",
    (
        Field("ID", text(), "Kunci", "Key"),
        Field("ISI", text(), "Isi", "Content", nullable=True),
        Field("HARI", day_type(), "Hari", "Day", required=False, nullable=True),
        Field("LAHIR", birth_date(), "Lahir", "Birth", required=False, nullable=True),
        Field("BIAYA", rupiah(), "Biaya", "Cost", required=False, nullable=True),
    ),
    key=("ID",),
)
SOURCE = Source("uji", "snapshot", (Workbook("DATA"),), CONTRACT)


@pytest.fixture
def sheet(tmp_path):
    """`sheet(write, ...)`: a sheet DATA with a header in row 1; `write(page, formats)` fills the rows below."""

    def make(write, edit=lambda xml: xml, **options) -> Path:
        path = tmp_path / "uji.xlsx"
        with xlsxwriter.Workbook(path, options) as book:
            page = book.add_worksheet("DATA")
            page.write_row(0, 0, [field.name for field in CONTRACT.fields])
            write(page, lambda code: book.add_format({"num_format": code}))
        edited = tmp_path / "edited.xlsx"
        with zipfile.ZipFile(path) as old, zipfile.ZipFile(edited, "w") as new:
            for name in old.namelist():
                content = old.read(name)
                new.writestr(name, edit(content.decode()).encode() if name.startswith("xl/worksheets/") else content)
        return edited

    return make


@pytest.fixture
def rows(tmp_path, sheet):
    """The same, parsed: its raw rows."""

    def parse(*made, **options) -> pl.DataFrame:
        folder = tmp_path / "raw"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        parsed = parse_file(sheet(*made, **options), SOURCE, folder, "0")
        rows = pl.concat([pl.read_parquet(part) for part in parsed.parts])
        assert list(folder.iterdir()) == parsed.parts
        return rows

    return parse


def of_isi(*cells):
    """Writes cells of ISI, each by a function of page, row, column and formats."""

    def write(page, formats):
        for row, cell in enumerate(cells, start=1):
            page.write_string(row, 0, f"A{row}")
            cell(page, row, 1, formats)

    return write


def number(value, code="General"):
    return lambda page, row, column, formats: page.write_number(row, column, value, formats(code))


def formula(source, value):
    return lambda page, row, column, formats: page.write_formula(row, column, source, None, value)


def words(value):
    return lambda page, row, column, formats: page.write_string(row, column, value)


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"])
def test_ruling_26_an_error_value_comes_as_its_text(rows, error):
    write = of_isi(formula("=VLOOKUP(A1,Z:Z,1,0)", error), words("X"))
    assert rows(write)["ISI"].to_list() == [error, "X"]
    assert rows(write, edit=lambda xml: re.sub(r'="(\w*)"', r"='\1'", xml))["ISI"].to_list() == [error, "X"]


WITHOUT = {
    "no value": lambda xml: re.sub(r"<v>99999</v>", "", xml),
    "an empty value": lambda xml: re.sub(r"<v>99999</v>", "<v></v>", xml),
    "a closed value": lambda xml: re.sub(r"<v>99999</v>", "<v/>", xml),
    "names with a prefix": lambda xml: re.sub(r"<(/?)(c|f|v|row|sheetData|worksheet|is|t)\b", r"<\1x:\2",
        re.sub(r"<v>99999</v>", "", xml)).replace("xmlns=", "xmlns:x="),
}  # fmt: skip


@pytest.mark.parametrize("edit", WITHOUT.values(), ids=WITHOUT)
def test_ruling_26_a_formula_without_its_result_comes_as_it_is_written(rows, edit):
    """A formula whose result is an empty text has a result."""
    write = of_isi(formula('=IF(B9<"a",1,2)', 99999), words("X"), formula("=SUM(B1)", 7), formula('=""', ""))
    raw = rows(write, edit=lambda xml: edit(xml.replace('<c r="B5"', '<c r="B5" t="str"')))
    assert raw["ISI"].to_list() == ['=IF(B9<"a",1,2)', "X", "7", None]


def test_ruling_26_a_column_of_nothing_else_refuses_the_file_if_it_is_required(sheet, tmp_path):
    (tmp_path / "raw").mkdir()
    path = sheet(of_isi(formula("=A1", 99999), formula("=A2", 99999)), edit=WITHOUT["no value"])
    with pytest.raises(Refusal) as refused:
        parse_file(path, SOURCE, tmp_path / "raw", "0")
    assert refused.value.filled.code == "formulas_without_results"
    assert "ISI" in refused.value.filled.id
    assert not list((tmp_path / "raw").iterdir())


def test_ruling_26_and_gives_a_notice_if_it_is_not(sheet, tmp_path):
    def write(page, _):
        page.write_string(1, 0, "A1")
        page.write_formula(1, 2, "=TODAY()", None, 99999)

    (tmp_path / "raw").mkdir()
    parsed = parse_file(sheet(write, edit=WITHOUT["no value"]), SOURCE, tmp_path / "raw", "0")
    assert [notice.code for notice in parsed.notices] == ["formulas_without_results"]
    assert pl.read_parquet(parsed.parts[0])["HARI"].to_list() == ["=TODAY()"]


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (0.0509, "0.00%", "5.09%"),
        (0.0509, "0%", "5.09%"),
        (0.0509, '0.0 "persen"%', "5.09%"),
        (1, "0%", "100%"),
        (-0.5, "0.0%;[Red]-0.0%", "-50%"),
        (5.09, '0.00" %"', "5.09"),
        (5.09, r"0.00\%", "5.09"),
        (641420, "#,##0.00,", "641.42"),
        (641420, "#,##0", "641420"),
        (641420000, "0.0,,", "641.42"),
        (7, "0000", "0007"),
        (12345678, "0000000000", "0012345678"),
        (12.5, "0000", "12.5"),
        (3.5, "0.00", "3.5"),
        (43475, "yyyy", "2019"),
        (36010000001, '"JSR"0', "JSR36010000001"),
        (7, r"\J\S\R-0000", "JSR-0007"),
        (7, '_("JSR_"0_)', "JSR_7"),
        (7, '"JSR"General', "JSR7"),
        (7, '"JSR;"0;"-"0', "JSR;7"),
        (315000, '"Rp"0', "315000"),
        (315000, "[$Rp-421]#,##0", "315000"),
        (7, '0" orang"', "7"),
        (360101450817012, "0000000000000000", "0360101450817012"),
    ],
)
def test_ruling_35_a_number_comes_as_it_is_shown(rows, value, code, shown):
    assert rows(of_isi(number(value, code), number(value)))["ISI"].to_list() == [shown, f"{value}"]


@pytest.mark.parametrize("code", ["0", "0000000000000000", r"0000\ 0000\ 0000\ 0000", '"NIK"0', "0%", "#,##0,"])
def test_ruling_4_no_format_makes_a_number_of_16_digits_exact(rows, code):
    assert rows(of_isi(number(3601014508170123, code), words("X")))["ISI"].to_list() == ["3.60101450817012E+15", "X"]


def test_ruling_35_rupiah_shown_in_millions_are_what_is_stored(rows):
    def write(page, formats):
        page.write_string(1, 0, "A1")
        page.write_number(1, 1, 315000, formats('0.0,,"jt"'))
        page.write_number(1, 4, 315000, formats('0.0,,"jt"'))

    assert rows(write).select("ISI", "BIAYA").row(0) == ("0.315", "315000")


def test_letters_before_a_number_belong_to_a_text_only(rows):
    def write(page, formats):
        for column, code in ((0, '"JSR"0'), (1, '"RT "000'), (4, '"Biaya "0')):
            page.write_number(1, column, 12, formats(code))

    assert rows(write).select("ID", "ISI", "BIAYA").row(0) == ("JSR12", "RT 012", "12")


def test_ruling_35_a_text_in_such_a_format_stays(rows):
    write = of_isi(lambda page, row, column, formats: page.write_string(row, column, "0.05", formats("0%")))
    assert rows(write)["ISI"].to_list() == ["0.05"]


def days(page, formats):
    cell = formats("dd/mm/yyyy")
    for row, value in enumerate((43474.99986111, 43475, 43475.5, 43474.9), start=1):
        page.write_string(row, 0, f"A{row}")
        page.write_number(row, 2, value, cell)
    page.write_string(5, 0, "A5")
    page.write_string(5, 2, "2019-01-09 23:59:48")
    page.write_number(5, 3, 31264)


def test_ruling_24_a_date_cell_before_midnight_is_distinguished_from_text(rows):
    raw = rows(days)
    assert raw["HARI"].to_list()[0] == "2019-01-09 23:59:48 (sel)"
    assert raw["HARI"].to_list()[-1] == "2019-01-09 23:59:48"
    kind = CONTRACT.field("HARI").type
    read = raw.select(X=kind.normalise(pl.col("HARI"), {}))["X"].to_list()
    assert read == ["2019-01-10", "2019-01-10", "2019-01-10", "2019-01-09", "2019-01-09"]


@pytest.mark.parametrize("since_1904", [False, True])
def test_ruling_6_days_are_counted_from_where_the_workbook_says(rows, since_1904):
    raw = rows(days, date_1904=since_1904)
    kind = CONTRACT.field("LAHIR").type
    (read,) = raw.select(X=kind.normalise(pl.col("LAHIR"), {}))["X"].drop_nulls()
    assert read == ("1989-08-06" if since_1904 else date(1985, 8, 5).isoformat())
    assert raw["HARI"].to_list()[1] == ("2023-01-11" if since_1904 else "2019-01-10")


def test_cells_that_a_block_cuts_in_two_are_read_like_all(rows, monkeypatch):
    monkeypatch.setattr(sheet_cells, "_BLOCK", 37)
    write = of_isi(number(0.5, "0%"), formula("=A1", "#N/A"), formula("=A2", 99999), number(7))
    assert rows(write, edit=WITHOUT["no value"])["ISI"].to_list() == ["50%", "#N/A", "=A2", "7"]


def test_a_workbook_without_such_cells_is_not_copied(sheet, tmp_path):
    path = sheet(of_isi(number(7), words("#N/A"), formula("=A1", 7)))
    with sheet_cells.spelled_out(path, tmp_path) as told:
        assert told.path == path
        assert not told.formulas
