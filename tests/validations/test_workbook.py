"""The marked workbook: the agency's own rows, marked and commented cells, no formula that a spreadsheet runs."""

from __future__ import annotations

import openpyxl
import pytest

from validations import workbook
from validations.dinsos import PKH as CONTRACT

PKH = "dinsos_pkh"
RED, YELLOW = "FFF8B4B4", "FFFDE68A"


@pytest.fixture
def marked(judge, tmp_path):
    """Judge rows, write the workbook, and read it back: (rows shown, summary sheet, marked sheet)."""

    def run(rows, warned=False):
        out = tmp_path / "perbaikan.xlsx"
        shown = workbook.write(judge(PKH, rows).folder, CONTRACT, out, warned)
        book = openpyxl.load_workbook(out)
        return shown, book["RINGKASAN"], book["PERBAIKAN"]

    return run


def _table(sheet):
    """The marked sheet as dictionaries of cells by title."""
    titles = [cell.value for cell in sheet[1]]
    return [dict(zip(titles, row, strict=True)) for row in sheet.iter_rows(min_row=2)]


def test_wrong_cells_are_red_and_say_why_in_both_languages(marked, good):
    shown, _, sheet = marked([good(PKH), good(PKH, ID_PKH="PKH2", TAHAP="9", NIK="0")])
    (row,) = _table(sheet)
    assert shown == 1
    assert row["BARIS"].value == 3
    assert row["TAHAP"].fill.fgColor.rgb == RED
    assert "harus bilangan bulat 1–4" in row["TAHAP"].comment.text
    assert "must be a whole number" in row["TAHAP"].comment.text
    assert row["NIK"].fill.fgColor.rgb == YELLOW
    assert row["TAHUN"].comment is None
    assert "TAHAP harus" in row["ALASAN"].value


def test_columns_stand_as_the_agency_sent_them_with_its_own_values(marked, good):
    sent = {"KETERANGAN": "x", **dict(reversed(good(PKH, TAHAP="9", KODE_DESA="36.01.01.2001").items()))}
    _, _, sheet = marked([sent])
    assert [cell.value for cell in sheet[1]] == ["BERKAS", "BARIS", "ALASAN", *sent]
    assert [cell.value for cell in sheet[2]][3:] == list(sent.values())


@pytest.mark.parametrize("evil", ["=1+1", "+62", "-2", "@SUM(A1)", "=HYPERLINK(1)", "http://contoh.invalid", "{=1}"])
def test_nothing_that_was_sent_is_run(marked, good, evil):
    _, _, sheet = marked([good(PKH, TAHAP="9", NAMA_PENGURUS=evil + " A")])
    (row,) = _table(sheet)
    assert row["NAMA_PENGURUS"].data_type == "s"
    assert row["NAMA_PENGURUS"].value == evil + " A"
    assert row["NAMA_PENGURUS"].hyperlink is None


def test_warned_rows_are_shown_only_when_asked_for_and_after_the_wrong_ones(marked, good):
    rows = [good(PKH, KOMPONEN=None), good(PKH, ID_PKH="PKH2", TAHAP="9")]
    assert marked(rows)[0] == 1
    shown, _, sheet = marked(rows, warned=True)
    assert shown == 2
    assert [row["BARIS"].value for row in _table(sheet)] == [3, 2]
    assert _table(sheet)[1]["KOMPONEN"].fill.fgColor.rgb == YELLOW


def test_a_key_conflict_marks_the_key(marked, good):
    _, _, sheet = marked([good(PKH), good(PKH, TAHAP="1")])
    assert [row["ID_PKH"].fill.fgColor.rgb for row in _table(sheet)] == [RED, RED]


def test_a_row_that_could_not_be_taken_apart_shows_its_line(marked, good):
    _, _, sheet = marked([good(PKH), {"_problem": "row_shape", "_line": "PKH2,36"}])
    assert _table(sheet)[0]["ID_PKH"].value == "PKH2,36"


def test_the_summary_counts_by_check_and_states_what_is_left_out(marked, many, monkeypatch):
    monkeypatch.setattr(workbook, "MOST_ROWS", 2)
    shown, summary, sheet = marked(many(PKH, 5, TAHAP="9"))
    assert shown == 2
    assert sheet.max_row == 3
    assert "3 baris lagi" in summary["A3"].value
    assert [cell.value for cell in summary[7]][:5] == ["TAHAP", "number_invalid", "KESALAHAN", 5, 2]


def test_texts_longer_than_a_cell_are_cut(marked, good):
    _, _, sheet = marked([good(PKH, TAHAP="9", NAMA_PENGURUS="A" * 40_000)])
    assert len(_table(sheet)[0]["NAMA_PENGURUS"].value) == workbook.LONGEST


def test_it_prints_on_a4_landscape_with_its_headings_on_each_page(marked, good):
    _, summary, sheet = marked([good(PKH, TAHAP="9")])
    for page, heading in ((summary, "6:6"), (sheet, "1:1")):
        assert (page.page_setup.orientation, page.page_setup.paperSize) == ("landscape", 9)
        assert (page.page_setup.fitToWidth, page.page_setup.fitToHeight) == (None, 0)
        assert page.sheet_properties.pageSetUpPr.fitToPage
        assert page.print_title_rows.replace("$", "") == heading
