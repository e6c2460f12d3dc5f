"""Tests sheets whose grid is out of proportion: read without cells far outside the table, or refused by name."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable

import pytest

from assets.intake import sheet_bounds, workbook
from assets.intake.sheet_bounds import _column, _letters
from tests.assets.intake.test_workbook import HEADER, write
from validations import limits
from validations.messages import Refusal

ROWS = [[f"A{number}", "SITI", "x" if number % 2 else None, 3601014567899123] for number in range(200)]
SHEET = "xl/worksheets/sheet1.xml"
END = b"</sheetData>"
TITLED = {"DATA": [["JUDUL"], [], HEADER, *ROWS]}


@pytest.fixture
def changed(tmp_path, parse_path):
    """Parse a workbook of 200 rows with one changed member."""

    def parse(change: Callable[[bytes], bytes], member: str = SHEET, sheets: dict | None = None):
        good, other = write(tmp_path / "good.xlsx", sheets or TITLED), tmp_path / "uji.xlsx"
        with zipfile.ZipFile(good) as archive, zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as out:
            for name in archive.namelist():
                out.writestr(name, change(archive.read(name)) if name == member else archive.read(name))
        return parse_path(other)

    return parse


@pytest.fixture
def good(tmp_path, parse_path):
    return parse_path(write(tmp_path / "good.xlsx", TITLED))


def stray(place: str, text: str = "x") -> Callable[[bytes], bytes]:
    """Add a cell in a separate row at the end."""
    row = re.sub("[A-Z]", "", place)
    cell = f'<row r="{row}"><c r="{place}" t="inlineStr"><is><t>{text}</t></is></c></row>'.encode()
    return lambda xml: xml.replace(END, cell + END)


def same_rows(found, good) -> bool:
    return found.rows.select(good.rows.columns).equals(good.rows)


@pytest.mark.parametrize("place", ["XFD1048576", "XFD200000", "AMJ999999", "Z1048576"])
@pytest.mark.parametrize("text", ["x", " "])
def test_a_stray_cell_in_a_far_column_is_left_out_and_named(changed, good, place, text):
    found = changed(stray(place, text))
    assert same_rows(found, good)
    (notice,) = [notice for notice in found.file.notices if notice.code == "cells_outside_table"]
    assert place in notice.id
    assert place in notice.en
    assert found.file.furniture == good.file.furniture


def test_values_keep_their_kinds(changed, good):
    """A number beyond 15 digits must not become text, and a date must stay a date."""
    assert set(changed(stray("XFD1048576")).rows["ANGGOTA"]) == {"3.60101456789912E+15"}


@pytest.mark.parametrize(
    "change",
    [
        lambda xml: stray("XFD1048576")(re.sub(rb'<dimension ref="[^"]*"/>', b"", xml)),
        lambda xml: stray("XFD1048576")(re.sub(rb'<dimension ref="[^"]*"/>', b'<dimension ref="A1:D3"/>', xml)),
        lambda xml: (
            stray("XFD1048576")(xml).replace(b'"', b"'").replace(b"<?xml version='1.0'", b"<?xml version='1.0'")
        ),
        lambda xml: xml.replace(b"<sheetData>", b'<sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', 1),
    ],
    ids=["no dimension", "a dimension that lies", "other quotes", "out of order"],
)
def test_however_the_sheet_is_written(changed, good, change):
    found = changed(change)
    assert same_rows(found, good)
    assert "cells_outside_table" in found.notices


def test_many_cells_far_out(changed, good):
    blank = b"".join(
        b'<row r="%d"><c r="XFD%d" t="inlineStr"><is><t> </t></is></c></row>' % (n, n) for n in range(300, 900)
    )
    found = changed(lambda xml: xml.replace(END, blank + END))
    assert same_rows(found, good)
    assert any("600" in notice.en for notice in found.file.notices)


def test_formats_without_values_cost_nothing(changed, good):
    formats = b"".join(b'<row r="%d"><c r="XFD%d" s="0"/></row>' % (n, n) for n in range(300, 30_000, 100))
    found = changed(lambda xml: xml.replace(END, formats + END))
    assert same_rows(found, good)
    assert found.notices == good.notices


@pytest.mark.parametrize("place", ["A1048576", "C1048576"])
def test_a_stray_cell_far_below_refuses_by_name(changed, place):
    with pytest.raises(Refusal) as refused:
        changed(stray(place))
    assert refused.value.message is limits.SHEET_TOO_LARGE
    assert place in refused.value.filled.id
    assert f"only {201 if place[0] == 'A' else 200} have a key" in refused.value.filled.en


def test_a_row_not_so_far_below_is_a_row(changed):
    assert changed(stray("A9000", "A9")).rows["ID"].to_list()[-1] == "A9"


def test_another_sheet_is_not_in_the_way(changed, good):
    found = changed(stray("XFD1048576"), "xl/worksheets/sheet2.xml", {**TITLED, "CATATAN": [["halo"]]})
    assert same_rows(found, good)


def test_a_sheet_without_the_columns_is_refused_for_that(changed):
    with pytest.raises(Refusal) as refused:
        changed(stray("XFD1048576"), sheets={"DATA": [["halo"], ["x"]]})
    assert refused.value.message.code == "columns_missing"


@pytest.mark.parametrize("member", [SHEET, "xl/sharedStrings.xml", "xl/styles.xml"])
def test_a_member_that_unpacks_to_too_much(changed, member):
    with pytest.raises(Refusal) as refused:
        changed(lambda xml: xml + b" " * (50 << 20), member)
    assert refused.value.message is limits.UNPACKED_TOO_LARGE


def test_entities_are_not_opened(changed):
    entities = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><worksheet '
    with pytest.raises(Refusal) as refused:
        changed(lambda xml: stray("XFD1048576")(xml.replace(b"<worksheet ", entities, 1)))
    assert refused.value.message is workbook.NOT_XLSX


def test_a_header_of_too_many_columns(tmp_path, parse_path):
    wide = [[*HEADER, *(f"K{number}" for number in range(limits.COLUMNS))], *ROWS[:3]]
    with pytest.raises(Refusal) as refused:
        parse_path(write(tmp_path / "uji.xlsx", {"DATA": wide}))
    assert refused.value.message is limits.TOO_MANY_COLUMNS


def test_an_ordinary_workbook_is_not_rewritten(tmp_path, source):
    path = write(tmp_path / "uji.xlsx", TITLED)
    with sheet_bounds.bounded(path, source.contract, tmp_path) as (sound, left_out):
        assert sound == path
        assert left_out == []


@pytest.mark.parametrize(
    ("number", "name"), [(1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (703, "AAA"), (16384, "XFD")]
)
def test_names_of_columns(number, name):
    assert _letters(number) == name
    assert _column(name.encode()) == number


@pytest.mark.parametrize("place", ["ZZZZ300", "zzzz300", "AAAAA300", "xfd300000"])
def test_a_reference_to_no_cell_of_a_sheet_takes_no_room(changed, good, place):
    """The reader allocates a column for such a name; found by `tests.torture.fuzz` (it took a minute)."""
    found = changed(lambda xml: xml.replace(END, f'<row r="300"><c r="{place}"><v>7</v></c></row>'.encode() + END))
    assert same_rows(found, good)
