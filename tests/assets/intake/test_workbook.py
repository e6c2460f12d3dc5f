"""Tests workbooks as offices make them; a NIK stored as a number must not be taken for one stored as text."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from assets.intake import parsed, workbook
from assets.intake.file_kinds import OTHER_KIND
from assets.intake.parse import parse_file
from assets.intake.totals import disagreements
from assets.sources import Workbook
from validations.messages import Refusal

HEADER = ["ID", "NAMA", "ALAMAT", "ANGGOTA"]
ROWS = [["A1", "SITI", "X", "3"], ["A2", "ASEP", "Y", "4"]]


def write(path: Path, sheets: dict[str, list[list]], **options) -> Path:
    """Sheets of rows; a cell is text, number, boolean, date, or None."""
    with xlsxwriter.Workbook(path, {"strings_to_numbers": False, **options}) as book:
        book.set_properties({"created": datetime(2019, 11, 1, tzinfo=UTC)})  # the same bytes each time
        day = book.add_format({"num_format": "dd-mm-yyyy"})
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    if isinstance(cell, str):
                        page.write_string(row, column, cell)
                    elif isinstance(cell, date):
                        page.write_datetime(row, column, cell, day)
                    elif cell is not None:
                        page.write(row, column, cell)
    return path


@pytest.fixture
def book(tmp_path, parse_path):
    """Write a workbook and parse it."""

    def make(sheets, **options):
        return parse_path(write(tmp_path / "uji.xlsx", sheets, **options))

    return make


def test_titles_blank_rows_repeated_header_total_and_note(book):
    rows = [
        [],
        ["DATA UJI"],
        [None],
        HEADER,
        *ROWS,
        HEADER,
        ["A3", "EUIS", "Z", "1"],
        ["JUMLAH", None, 3],
        ["Sumber: x"],
    ]
    found = book({"DATA": rows})
    assert found.rows["_row_number"].to_list() == [5, 6, 8]
    assert found.file.furniture == {"title": 3, "header": 1, "total": 1, "note": 1}
    assert found.file.stated_totals == [(9, 3)]
    assert found.file.encoding == "xlsx"


def test_merged_titles(tmp_path, parse_path):
    path = tmp_path / "uji.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("DATA")
        page.merge_range("A1:D2", "DATA RUMAH TANGGA")
        for row, cells in enumerate([HEADER, *ROWS], start=2):
            page.write_row(row, 0, cells)
    assert parse_path(path).rows["_row_number"].to_list() == [4, 5]


@pytest.mark.parametrize(
    ("cell", "delivered"),
    [
        ("3601014567899123", "3601014567899123"),
        (3601014567899123, "3.60101456789912E+15"),
        (-3601014567899123, "-3.60101456789912E+15"),
        (1e20, "1.00000000000000E+20"),
        (360101456789912, "360101456789912"),
        (3601014567, "3601014567"),
        (12.0, "12"),
        (12.5, "12.5"),
        (0.1, "0.1"),
        (0, "0"),
        (-5, "-5"),
        (True, "TRUE"),
        (False, "FALSE"),
        (date(1985, 8, 17), "1985-08-17"),
        (datetime.fromisoformat("1985-08-17T10:30"), "1985-08-17 10:30:00"),
        ("  ", None),
        (" 007 ", " 007 "),
        (None, None),
    ],
)
@pytest.mark.parametrize("date_1904", [False, True])
def test_cells(book, cell, delivered, date_1904):
    found = book({"DATA": [HEADER, ["A1", "SITI", cell, "3601014567899123"]]}, date_1904=date_1904)
    assert found.rows.row(0)[:4] == ("A1", "SITI", delivered, "3601014567899123")


def test_a_long_number_is_distinguished_from_text_cell_by_cell(book):
    found = book({"DATA": [HEADER, ["A1", "SITI", 3601014567899123, "1"], ["A2", "ASEP", "3601014567899123", "1"]]})
    assert found.rows["ALAMAT"].to_list() == ["3.60101456789912E+15", "3601014567899123"]


def test_the_word_true_stays_as_it_is_beside_booleans(book):
    found = book({"DATA": [HEADER, ["A1", "SITI", True, "1"], ["A2", "ASEP", "true", "1"]]})
    assert found.rows["ALAMAT"].to_list() == ["TRUE", "true"]


def test_a_long_number_that_a_formula_gives(tmp_path, parse_path):
    path = tmp_path / "uji.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("DATA")
        page.write_row(0, 0, HEADER)
        page.write_row(1, 0, ["A1", "SITI"])
        page.write_formula(1, 2, "=1+1", None, 3601014567899123)
        page.write_formula(1, 3, '="a"', None, "3601014567899123")
    assert parse_path(path).rows.row(0)[2:4] == ("3.60101456789912E+15", "3601014567899123")


def test_the_named_sheet_is_taken(book):
    found = book({"LAIN": [["KODE", "ARTI"], ["1", "X"]], " data": [HEADER, *ROWS], "Lembar3": []})
    assert found.rows["ID"].to_list() == ["A1", "A2"]
    assert [notice.en for notice in found.file.notices] == ["Sheets without the contract's columns are not read: LAIN."]


def test_else_the_only_sheet_with_the_columns(book):
    found = book({"PETUNJUK": [["Isi lembar sebelah"]], "LEMBAR2": [HEADER, *ROWS]})
    assert found.rows["ID"].to_list() == ["A1", "A2"]
    assert found.notices == []


def test_else_refused(book):
    with pytest.raises(Refusal) as refused:
        book({"A": [["x"]], "B": [["y"]]})
    assert refused.value.message is workbook.SHEET_MISSING
    assert "DATA" in refused.value.filled.en
    assert "A, B" in refused.value.filled.en


@pytest.mark.parametrize("names", [("DATA", "DATA (2)"), ("A", "B"), ("Lembar 1", "DATA")])
def test_a_second_sheet_with_the_columns_refuses_the_file_and_names_both(book, names):
    first, second = names
    with pytest.raises(Refusal) as refused:
        book({first: [HEADER, *ROWS], second: [["JUDUL"], list(reversed(HEADER)), ["1", "Z", "EUIS", "A3"]]})
    assert refused.value.message is workbook.SHEETS_ALIKE
    assert f"{first}, {second}" in refused.value.filled.id


def test_a_second_sheet_with_a_changed_heading_is_not_left_out(book):
    with pytest.raises(Refusal) as refused:
        book({"DATA": [HEADER, *ROWS], "DATA (2)": [["ID", "NAMA", "JALAN", "ANGGOTA"], ["A3", "EUIS", "Z", "1"]]})
    assert refused.value.message is parsed.COLUMNS_MISSING
    assert "DATA (2)" in refused.value.filled.en


@pytest.mark.parametrize("state", ["hide", "very_hidden"])
def test_a_hidden_sheet_is_not_read_beside_one_that_is_shown(tmp_path, parse_path, state):
    """Not even if it has the name; if no other sheet has the columns, it is read."""

    def made(shown: list[list]) -> Path:
        with xlsxwriter.Workbook(tmp_path / "uji.xlsx") as book:
            for name, rows in (("BULAN INI", shown), ("DATA", [HEADER, ["L1", "LAMA", "X", "1"]])):
                page = book.add_worksheet(name)
                for row, cells in enumerate(rows):
                    page.write_row(row, 0, cells)
            getattr(page, state)()
        return tmp_path / "uji.xlsx"

    found = parse_path(made([HEADER, *ROWS]))
    assert (found.rows["ID"].to_list(), found.notices) == (["A1", "A2"], ["hidden_sheets"])
    found = parse_path(made([["PETUNJUK"]]))
    assert (found.rows["ID"].to_list(), found.notices) == (["L1"], ["hidden_sheet_read"])


def test_hidden_and_filtered_rows_and_columns_are_read(tmp_path, parse_path):
    with xlsxwriter.Workbook(tmp_path / "uji.xlsx") as book:
        page = book.add_worksheet("DATA")
        for row, cells in enumerate([HEADER, *ROWS]):
            page.write_row(row, 0, cells)
        page.autofilter(0, 0, 2, 3)
        page.filter_column("A", "x == A1")
        page.set_row(2, options={"hidden": True})
        page.set_column(1, 1, options={"hidden": True})
    assert parse_path(tmp_path / "uji.xlsx").rows["NAMA"].to_list() == ["SITI", "ASEP"]


def test_a_sheet_of_a_chart_is_no_table(tmp_path, parse_path):
    with xlsxwriter.Workbook(tmp_path / "uji.xlsx") as book:
        page = book.add_worksheet("DATA")
        for row, cells in enumerate([HEADER, *ROWS]):
            page.write_row(row, 0, cells)
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "=DATA!$D$2:$D$3"})
        book.add_chartsheet("GRAFIK").set_chart(chart)
    assert parse_path(tmp_path / "uji.xlsx").rows.height == 2


def test_official_sheets(book):
    """Numbers of columns under the header and in headings, a signature beside the table."""
    headings = ["(1) ID", "2. NAMA", "ALAMAT\n(3)", "ANGGOTA *"]
    signed = [[None] * 6 + [text] for text in ("Serang, 3 Oktober 2019", "Kepala Dinas", "NIP. 197001011990011001")]
    total = ["JUMLAH", 2, None, None, None, None, "Mengetahui"]
    found = book({"DATA": [headings, ["1", "2", "3", "4"], *ROWS, total, *signed]})
    assert found.rows["ID"].to_list() == ["A1", "A2"]
    assert found.file.furniture == {"column_numbers": 1, "total": 1, "beside": 3}
    assert found.notices == ["numbered_headings"]


LISTS = {
    "Keterangan": [["Nomor perjanjian", "1"], ["ID", "Kunci"]],
    "Anak": [["DAFTAR ANAK"], HEADER, *ROWS, ["JUMLAH", None, 3]],
    "Kosong": [HEADER],
    "Siswa": [[*HEADER[:3], "SEKOLAH", "ANGGOTA"], ["B1", "EUIS", "Z", "SD 1", "1"], ["B2", "ASEP", True, "SD 2", "2"]],
    "Hitungan": [["ALAMAT", "JUMLAH"], ["X", "3"]],
}


@pytest.fixture
def every_sheet(tmp_path, source, raw):
    """Parse a workbook and read every sheet with the columns."""
    source = replace(source, formats=(Workbook(every_sheet=True),))
    return lambda sheets: parse_file(write(tmp_path / "uji.xlsx", sheets), source, raw, "0")


def test_every_sheet_with_the_columns_is_a_table_of_its_own(every_sheet):
    """Each has its own columns, row numbers and totals; sheets without the columns are named, empty ones left out."""
    parsed = every_sheet(LISTS)
    tables = {name: pl.read_parquet(parts) for name, parts in parsed.tables("uji.xlsx").items()}
    assert {name: table.select("_row_number", "ID").rows() for name, table in tables.items()} == {
        "uji.xlsx/Anak": [(3, "A1"), (4, "A2")],
        "uji.xlsx/Siswa": [(2, "B1"), (3, "B2")],
    }
    assert "SEKOLAH" not in tables["uji.xlsx/Siswa"].columns
    assert tables["uji.xlsx/Siswa"]["ALAMAT"].to_list() == ["Z", "TRUE"]
    assert (parsed.rows_read, parsed.rows_furniture) == (4, 2)
    assert [notice.code for notice in parsed.notices] == ["column_drift", "other_sheets"]
    assert "Keterangan, Hitungan" in parsed.notices[-1].id
    (told,) = disagreements(parsed)
    assert "5 (Anak)" in told.id


def test_one_sheet_of_them_is_the_file_itself(every_sheet):
    parsed = every_sheet({name: LISTS[name] for name in ("Keterangan", "Anak")})
    assert list(parsed.tables("uji.xlsx")) == ["uji.xlsx"]
    assert [notice.code for notice in parsed.notices] == ["other_sheets"]


def test_a_list_whose_heading_was_changed_is_not_left_out_in_silence(every_sheet, raw):
    with pytest.raises(Refusal) as refused:
        every_sheet(LISTS | {"Siswa": [["ID", "NAMA", "ALAMAT RUMAH", "JUMLAH"], ["B1", "EUIS", "Z", "1"]]})
    assert refused.value.message is parsed.COLUMNS_MISSING
    assert "(Siswa)" in refused.value.filled.en
    assert not list(raw.glob("*.parquet"))


def test_lists_that_are_all_empty_are_refused(every_sheet):
    with pytest.raises(Refusal) as refused:
        every_sheet({"Kosong": [HEADER], "Lagi": [HEADER]})
    assert refused.value.message is parsed.NO_ROWS


def test_columns_beside_the_table_are_kept_nowhere(book):
    found = book({"DATA": [[*HEADER, None, "LAIN"], [*ROWS[0], "catatan", "x"]]})
    assert found.rows.columns == [*HEADER, "_row_number", "_problem", "_line"]
    assert found.notices == ["column_drift"]


def zipped(**members: str | bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", parsed.EMPTY_FILE),
        (b"\n\n<html><body><table><tr><td>ID</td></tr></table>", parsed.HTML_INSIDE),
        (b"\xef\xbb\xbf<?xml version='1.0'?><Workbook/>", parsed.HTML_INSIDE),
        (workbook.COMPOUND_FILE + bytes(900) + workbook._ENCRYPTED, workbook.PASSWORD),
        (workbook.COMPOUND_FILE + bytes(900), workbook.OLD_XLS),
        (b"ID;NAMA\n", OTHER_KIND),
        (zipped(halo="x"), OTHER_KIND),
        (b"\x00" * 900, workbook.NOT_XLSX),
    ],
)
def test_files_that_are_no_workbook(parse, content, message):
    with pytest.raises(Refusal) as refused:
        parse(content, name="uji.xlsx")
    assert refused.value.message is message


def test_a_workbook_without_rows(book):
    with pytest.raises(Refusal) as refused:
        book({"DATA": [HEADER]})
    assert refused.value.message is parsed.NO_ROWS


def test_an_empty_sheet(book):
    with pytest.raises(Refusal) as refused:
        book({"DATA": []})
    assert refused.value.message is parsed.COLUMNS_MISSING


def test_a_workbook_by_another_name(tmp_path, parse_path):
    path = write(tmp_path / "uji.xlsx", {"DATA": [HEADER, *ROWS]})
    assert parse_path(path.rename(path.with_suffix(".csv"))).rows.height == 2


texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Co", "Cn")), max_size=8)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=5))
@example([("3601014567899123", "true")])
def test_text_round_trip(tmp_path, parse_path, cells):
    rows = [[f"A{number}", *pair, "1"] for number, pair in enumerate(cells)]
    found = parse_path(write(tmp_path / "uji.xlsx", {"DATA": [HEADER, *rows]}))
    expected = [[cell if cell.strip() else None for cell in row] for row in rows]
    assert [list(row) for row in found.rows.select(HEADER).iter_rows()] == expected


def mangled(data: st.DataObject, content: bytes) -> bytes:
    """Bytes truncated at random, a few of them changed."""
    out = bytearray(content[: data.draw(st.integers(len(content) // 2, len(content)))])
    for _ in range(data.draw(st.integers(0, 4))):
        out[data.draw(st.integers(0, len(out) - 1))] = data.draw(st.integers(0, 255))
    return bytes(out)


UNREADABLE = {
    "encrypted": (8, 0x01),
    "patched": (8, 0x20),
    "strongly encrypted": (8, 0x40),
    "deflate64": (10, 9),
    "bzip2": (10, 12),
    "no such method": (10, 99),
    "offset outside": (42, 2**31),
    "offset far outside": (42, 2**32 - 1),
}
"""Place of a field in a member's entry in the zip directory, and its value."""


@pytest.mark.parametrize(("place", "value"), UNREADABLE.values(), ids=UNREADABLE)
@pytest.mark.parametrize("member", ["xl/worksheets/sheet1.xml", "xl/styles.xml", "docProps/app.xml"])
def test_a_directory_with_a_member_that_no_spreadsheet_writes_is_refused(tmp_path, parse, member, place, value):
    content = bytearray(write(tmp_path / "good.xlsx", {"DATA": [HEADER, *ROWS]}).read_bytes())
    entry = content.rindex(b"PK\x01\x02", 0, content.rindex(member.encode()))
    size = 4 if place == 42 else 2
    content[entry + place : entry + place + size] = value.to_bytes(size, "little")
    with pytest.raises(Refusal) as refused:
        parse(bytes(content), name="uji.xlsx")
    assert refused.value.message is workbook.NOT_XLSX


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_mangled_directory_is_refused_or_read(tmp_path, parse, data):
    content = bytearray(write(tmp_path / "good.xlsx", {"DATA": [HEADER, *ROWS]}).read_bytes())
    begin = content.index(b"PK\x01\x02")
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(begin, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        found = parse(bytes(content), name="uji.xlsx")
    except Refusal:
        return
    assert found.rows.height == found.file.rows_read > 0


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data(), st.sampled_from(["", "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml"]))
def test_a_mangled_workbook_is_refused_or_read(tmp_path, parse, data, member):
    """Damages the archive, or one member within an intact archive."""
    content = write(tmp_path / "good.xlsx", {"DATA": [HEADER, *ROWS, ["A3", 3601014567899123, True, 1]]}).read_bytes()
    if member:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        content = zipped(**members | {member: mangled(data, members[member])})
    else:
        content = mangled(data, content)
    try:
        found = parse(content, name="uji.xlsx")
    except Refusal:
        return
    assert found.rows.height == found.file.rows_read > 0


def test_a_workbook_of_a_delta_may_have_no_rows(tmp_path, parse_path, source, raw):
    path = write(tmp_path / "uji.xlsx", {"DATA": [HEADER]})
    assert parse_path(path, "delta").notices == ["quiet_day"]
    path = write(tmp_path / "uji.xlsx", {"A": [HEADER], "B": [HEADER, *ROWS]})
    lists = replace(source, kind="delta", formats=(Workbook(every_sheet=True),))
    assert list(parse_file(path, lists, raw, "0").sheets) == ["B"]
    path = write(tmp_path / "uji.xlsx", {"A": [HEADER], "B": [HEADER]})
    assert parse_file(path, lists, raw, "0").rows_read == 0
