"""Tests that a returned marked workbook makes a whole corrected file, in the original's format, and nothing else."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.intake import check, correct
from assets.intake.apart import parse_apart, stop
from assets.sources import Delimited, JsonPages, all_sources, source_named
from tests.torture import deliveries
from validations.messages import Refusal
from validations.workbook import is_marked

pytestmark = pytest.mark.slow

TODAY = date(2019, 11, 1)
PKH = source_named("dinsos_pkh")
DELIMITER = next(format_.delimiter for format_ in PKH.formats if isinstance(format_, Delimited))


@pytest.fixture(scope="module", autouse=True)
def _one_parser():
    yield
    stop()


def delivered(source, folder: Path, rows: list[dict]) -> Path:
    (name, content), *_ = deliveries.files(source, rows).items()
    path = folder / name
    path.write_bytes(content)
    return path


def edited(marked: Path, *changes: tuple[int, str, str | None]) -> Path:
    """The marked workbook after a person set (row of the original, column, value)."""
    book = openpyxl.load_workbook(marked)
    sheet = book["PERBAIKAN"]
    titles = {cell.value: cell.column for cell in sheet[1]}
    places = {row[1].value: row[1].row for row in sheet.iter_rows(min_row=2)}
    for number, column, value in changes:
        sheet.cell(places[number], titles[column]).value = value
    returned = marked.with_name(f"kembali {marked.name}")
    book.save(returned)
    return returned


def rows_of(path: Path, source, folder: Path) -> pl.DataFrame:
    folder.mkdir()
    parsed = parse_apart(path, source, folder, "0")
    return pl.read_parquet(parsed.parts).drop("_row_number", "_problem", "_line", "_wrong_type", strict=False)


ONE_PER_FORMAT = ("bps_kemiskinan", "dinsos_dtks_anggota", "dinsos_pkh", "dindik_siswa")


@pytest.mark.parametrize("name", ONE_PER_FORMAT)
def test_a_correction_changes_its_cell_alone(tmp_path, name):
    source = source_named(name)
    good = deliveries.good_rows(source, 4)
    key = source.contract.key[0]
    path = delivered(source, tmp_path, [good[0], good[1] | {key: None}, *good[2:]])
    result = check(path, source, tmp_path, TODAY)
    assert result.workbook is not None
    number = int(openpyxl.load_workbook(result.workbook)["PERBAIKAN"].cell(2, 2).value)
    done = correct(path, edited(result.workbook, (number, key, str(good[1][key]))), source, tmp_path / "baru")
    assert (done.rows, done.corrected, done.values) == (4, 1, 1)
    intended = delivered(source, tmp_path, good)
    assert rows_of(done.path, source, tmp_path / "a").equals(rows_of(intended, source, tmp_path / "b"))
    assert check(done.path, source, tmp_path / "baru", TODAY).clean


def pkh(folder: Path, *lines: str) -> Path:
    path = folder / "pkh.csv"
    names = [field.name for field in PKH.contract.fields]
    path.write_text("\n".join([DELIMITER.join(names), *lines]) + "\n", encoding="utf-8")
    return path


def line(number: int, **changes: str) -> str:
    row = deliveries.good_rows(PKH, number + 1)[number] | changes
    return DELIMITER.join(str(row[field.name] or "") for field in PKH.contract.fields)


def test_a_row_that_was_not_split_is_written_once_its_cells_are_filled_in(tmp_path):
    broken = DELIMITER.join((line(1), "x", "y"))
    path = pkh(tmp_path, line(0), broken)
    marked = check(path, PKH, tmp_path, TODAY).workbook
    with pytest.raises(Refusal) as refused:
        correct(path, edited(marked), PKH, tmp_path / "baru")
    assert refused.value.filled.id.endswith("rusak: 3.")
    good = deliveries.good_rows(PKH, 2)[1]
    whole = edited(marked, *((3, field.name, good[field.name]) for field in PKH.contract.fields))
    done = correct(path, whole, PKH, tmp_path / "baru")
    assert done.path.read_text(encoding="utf-8").splitlines()[1:] == [line(0), line(1)]
    assert done.corrected == 1


def test_rows_that_were_not_split_stay_a_reason_to_refuse_if_the_workbook_lost_them(tmp_path):
    path = pkh(tmp_path, line(0), DELIMITER.join((line(1), "x", "y")), line(2, TAHAP="9"))
    marked = check(path, PKH, tmp_path, TODAY).workbook
    book = openpyxl.load_workbook(marked)
    book["PERBAIKAN"].delete_rows(2)
    book.save(marked)
    with pytest.raises(Refusal, match="rows_still_broken"):
        correct(path, marked, PKH, tmp_path / "baru")


def test_a_value_of_a_wrong_json_type_never_becomes_a_text(tmp_path):
    source = source_named("dindik_siswa")
    good = deliveries.good_rows(source, 2)
    path = tmp_path / "siswa.jsonl"
    bad = good[1] | {"nama": {"depan": "SITI"}}
    path.write_text("\n".join(map(json.dumps, [good[0], bad])) + "\n")
    marked = check(path, source, tmp_path, TODAY).workbook
    with pytest.raises(Refusal, match="rows_still_broken"):
        correct(path, edited(marked), source, tmp_path)
    done = correct(path, edited(marked, (2, "nama", "SITI")), source, tmp_path / "baru")
    assert [json.loads(text)["nama"] for text in done.path.read_text().splitlines()] == [good[0]["nama"], "SITI"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda sheet: setattr(sheet.cell(2, 2), "value", 99), "marked_rows_unknown"),
        (lambda sheet: sheet.append([cell.value for cell in sheet[2]]), "marked_rows_unknown"),
        (lambda sheet: setattr(sheet.cell(2, 1), "value", "lain.csv"), "marks_another_file"),
        (lambda sheet: setattr(sheet, "title", "Sheet1"), "not_a_marked_workbook"),
        (lambda sheet: setattr(sheet.cell(1, 2), "value", "NOMOR"), "not_a_marked_workbook"),
    ],
    ids=["no such row", "row twice", "another file", "no sheet", "no column"],
)
def test_a_workbook_that_does_not_belong_to_the_file_is_refused(tmp_path, change, code):
    path = pkh(tmp_path, line(0), line(1, TAHAP="9"))
    marked = check(path, PKH, tmp_path, TODAY).workbook
    book = openpyxl.load_workbook(marked)
    change(book["PERBAIKAN"])
    book.save(marked)
    with pytest.raises(Refusal, match=code):
        correct(path, marked, PKH, tmp_path / "baru")
    assert not (tmp_path / "baru").exists()


def test_neither_a_corrected_workbook_nor_a_corrected_file_is_overwritten(tmp_path):
    path = pkh(tmp_path, line(0), line(1, TAHAP="9")).rename(tmp_path / "PKH.tahap 3.csv")
    first = check(path, PKH, tmp_path, TODAY).workbook
    book = openpyxl.load_workbook(first)
    places = [cell.value for cell in book["PERBAIKAN"][1]]
    book["PERBAIKAN"].cell(2, places.index("TAHAP") + 1).value = "3"
    book.save(first)
    again = check(path, PKH, tmp_path, TODAY).workbook
    assert (first.name, again.name) == ("PKH.tahap 3.perbaikan.xlsx", "PKH.tahap 3.perbaikan (2).xlsx")
    assert is_marked(again.name)
    done = correct(path, first, PKH, tmp_path)
    assert (done.path.name, done.values) == ("PKH.tahap 3.terkoreksi.csv", 1)
    with pytest.raises(Refusal, match="corrected_file_exists"):
        correct(path, again, PKH, tmp_path)


def marked_sheet(folder: Path, *lines: str):
    """A file with these lines, its marked workbook open, its sheet, and the places of its columns."""
    path = pkh(folder, *lines)
    marked = check(path, PKH, folder, TODAY).workbook
    book = openpyxl.load_workbook(marked)
    sheet = book["PERBAIKAN"]
    return path, marked, book, sheet, {cell.value: cell.column for cell in sheet[1]}


def lines_of(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()[1:]


def test_rows_that_were_sorted_or_lie_below_a_blank_row_keep_their_corrections(tmp_path):
    bad = [line(number, TAHAP="9") for number in range(4)]
    path, marked, book, sheet, places = marked_sheet(tmp_path, *bad)
    for row in range(2, 6):
        sheet.cell(row, places["TAHAP"]).value = str(sheet.cell(row, 2).value - 1)
    sheet.move_range("A2:Z2", rows=4)  # sorted otherwise, with a blank row
    sheet.insert_rows(1)
    book.save(marked)
    done = correct(path, marked, PKH, tmp_path)
    assert lines_of(done.path) == [line(number, TAHAP=str(number + 1)) for number in range(4)]
    assert (done.corrected, done.values) == (4, 4)


def test_a_copy_of_the_sheet_is_not_mixed_with_the_sheet(tmp_path):
    path, marked, book, sheet, places = marked_sheet(tmp_path, line(0, TAHAP="9"), line(1, TAHAP="8"))
    copy = book.copy_worksheet(sheet)
    copy.move_range("A2:Z2", rows=2)
    sheet.sheet_state = "hidden"
    sheet.cell(2, places["TAHAP"]).value = "3"
    book.save(marked)
    done = correct(path, marked, PKH, tmp_path)
    assert lines_of(done.path) == [line(0, TAHAP="3"), line(1, TAHAP="8")]


def test_a_column_that_was_removed_or_renamed_keeps_its_values(tmp_path):
    path, marked, book, sheet, places = marked_sheet(tmp_path, line(0, TAHAP="9"), line(1))
    sheet.cell(2, places["TAHAP"]).value = "3"
    sheet.cell(1, places["NO_KK"]).value = "CATATAN"
    book.save(marked)
    done = correct(path, marked, PKH, tmp_path)
    assert lines_of(done.path) == [line(0, TAHAP="3"), line(1)]
    assert done.values == 1


@pytest.mark.parametrize("name", ['"SITI', "SI\0TI", "S" * 40_000], ids=["quote", "NUL", "long"])
def test_a_damaged_cell_that_nobody_corrected_is_not_written(tmp_path, name):
    path, marked, book, sheet, places = marked_sheet(
        tmp_path, line(0), line(1, NAMA_PENGURUS=name), line(2, NAMA_PENGURUS='"ASEP"')
    )
    row = next(row for row in range(2, sheet.max_row + 1) if sheet.cell(row, 2).value == 3)
    sheet.cell(row, places["TAHAP"]).value = "1"
    book.save(marked)
    with pytest.raises(Refusal, match=r"rows_still_broken.*3"):
        correct(path, marked, PKH, tmp_path)


@pytest.mark.parametrize(
    ("cleared", "code"),
    [(["BERKAS"], "marked_rows_unplaced"), (["BARIS"], "marked_rows_unplaced"), (None, "marked_rows_cleared")],
)
def test_a_row_that_lost_its_place_or_its_values_is_refused(tmp_path, cleared, code):
    path, marked, book, sheet, places = marked_sheet(tmp_path, line(0, TAHAP="9"), line(1, TAHAP="9"))
    for name in cleared or [name for name in places if name not in ("BERKAS", "BARIS", "ALASAN")]:
        sheet.cell(2, places[name]).value = None
    book.save(marked)
    with pytest.raises(Refusal, match=code):
        correct(path, marked, PKH, tmp_path)


def test_a_file_that_is_called_total_has_no_furniture_in_its_workbook(tmp_path):
    path = pkh(tmp_path, line(0, TAHAP="9"), line(1, TAHAP="9")).rename(tmp_path / "Total PKH.csv")
    marked = check(path, PKH, tmp_path, TODAY).workbook
    done = correct(path, edited(marked, (2, "TAHAP", "1"), (3, "TAHAP", "2")), PKH, tmp_path)
    assert lines_of(done.path) == [line(0, TAHAP="1"), line(1, TAHAP="2")]


def test_rows_of_other_files_of_the_delivery_are_left_and_counted(tmp_path):
    path, marked, book, sheet, places = marked_sheet(tmp_path, line(0, TAHAP="9"), line(1, TAHAP="9"))
    sheet.cell(2, places["TAHAP"]).value = "3"
    sheet.cell(3, places["BERKAS"]).value = "lain.csv"
    book.save(marked)
    done = correct(path, marked, PKH, tmp_path)
    assert (done.corrected, done.others) == (1, 1)
    assert lines_of(done.path) == [line(0, TAHAP="3"), line(1, TAHAP="9")]


def test_what_a_spreadsheet_shows_otherwise_is_no_correction(tmp_path):
    odd = line(0, TAHAP="9", TANGGAL_MULAI="2019-05-01 00:00:00")
    path, marked, *_ = marked_sheet(tmp_path, odd)
    done = correct(path, marked, PKH, tmp_path)
    assert (lines_of(done.path), done.values) == ([odd], 0)


def test_an_answer_of_a_service_is_corrected_where_it_is_from(tmp_path):
    source = next(each for each in all_sources() if isinstance(each.formats[0], JsonPages))
    path = delivered(source, tmp_path, deliveries.good_rows(source, 2))
    with pytest.raises(Refusal, match="correct_at_the_source"):
        correct(path, path, source, tmp_path)


CELLS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=12)


@settings(max_examples=10)
@given(names=st.lists(CELLS, min_size=1, max_size=4))
def test_what_was_not_corrected_is_read_as_before(tmp_path_factory, names):
    folder = tmp_path_factory.mktemp("correct")
    good = deliveries.good_rows(PKH, len(names) + 1)
    rows = [row | {"NAMA_PENGURUS": name} for row, name in zip(good, names, strict=False)]
    path = delivered(PKH, folder, [*rows, good[-1] | {"TAHAP": "9"}])
    marked = check(path, PKH, folder, TODAY).workbook
    done = correct(path, edited(marked, (len(names) + 2, "TAHAP", "1")), PKH, folder)
    before, after = rows_of(path, PKH, folder / "a"), rows_of(done.path, PKH, folder / "b")
    assert after.head(len(names)).equals(before.head(len(names)))
    assert done.corrected == 1
