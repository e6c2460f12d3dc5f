"""Tests text tables with realistic flaws. Row numbers count records from the top of the file."""

from __future__ import annotations

import pytest

from assets.intake import delimited, parsed
from assets.intake.encoding import NOT_TEXT
from validations.messages import Refusal

HEADER = "ID;NAMA;ALAMAT;ANGGOTA\n"
GOOD = HEADER + "A1;SITI;KP. MAWAR;3\nA2;ASEP;KP. MELATI;4\n"


def refused(parse, content, kind="snapshot") -> Refusal:
    with pytest.raises(Refusal) as caught:
        parse(content, kind)
    caught.value.filled  # noqa: B018 -- every place of the sentence must have its value
    return caught.value


def test_rows_come_under_contract_names_with_their_numbers(parse):
    found = parse("Nama Lengkap;id;ALAMAT;ANGGOTA\nSITI;A1;  ;3\n")
    assert found.rows.to_dicts() == [
        {"NAMA": "SITI", "ID": "A1", "ALAMAT": None, "ANGGOTA": "3", "_row_number": 2, "_problem": None, "_line": None}
    ]
    assert (found.file.rows_read, found.file.rows_furniture, found.notices) == (1, 0, [])


def test_titles_above_the_header_are_furniture(parse):
    found = parse('"DATA ""UJI""";;;\nPER 1 NOVEMBER 2019\n\n' + GOOD)
    assert found.rows["_row_number"].to_list() == [5, 6]
    assert found.file.furniture == {"title": 3}


@pytest.mark.parametrize("closing", ["", 'A3;"X; Y";KP. MAWAR;1\n', HEADER + 'A3;X;"KP. MAWAR";1\n'])
def test_a_quote_open_in_a_title_takes_in_no_row(parse, closing):
    found = parse('"DATA UJI\nPER 1 NOVEMBER 2019\n' + GOOD + closing)
    assert found.rows["ID"].to_list() == ["A1", "A2", *(["A3"] if closing else [])]
    assert found.file.furniture["title"] == 2


def test_a_title_may_hold_a_line_end(parse):
    found = parse('"DATA UJI\nPER 1 NOVEMBER 2019";;;\n' + GOOD)
    assert found.rows["_row_number"].to_list() == [3, 4]
    assert found.file.furniture == {"title": 1}


def test_a_header_cell_may_hold_a_line_end(parse):
    assert parse('ID;"NAMA\nLENGKAP";ALAMAT;ANGGOTA\nA1;SITI;X;3\n').rows["_row_number"].to_list() == [2]


def test_quoted_delimiters_and_line_ends_stay_in_their_cell(parse):
    found = parse(HEADER + 'A1;"SITI; JR";"KP. MAWAR\nNO 5";3\nA2;ASEP;X;1\n')
    assert found.rows["NAMA"].to_list() == ["SITI; JR", "ASEP"]
    assert found.rows["ALAMAT"].to_list() == ["KP. MAWAR\nNO 5", "X"]
    assert found.rows["_row_number"].to_list() == [2, 3]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end(parse, line_end):
    assert parse(GOOD.replace("\n", line_end)).rows["ANGGOTA"].to_list() == ["3", "4"]


def test_the_last_row_needs_no_line_end(parse):
    found = parse(GOOD.removesuffix("\n"))
    assert found.rows.height == 2
    assert not found.file.cut


def test_blank_lines_are_counted_and_keep_the_numbers_right(parse):
    found = parse(HEADER + "\nA1;SITI;X;3\n;;;\n\nA2;ASEP;X;4\n")
    assert found.rows["_row_number"].to_list() == [3, 6]
    assert found.file.furniture == {"blank": 3}


def test_a_row_of_another_width_is_kept_with_its_line(parse):
    found = parse(HEADER + "A1;SITI;KP; MAWAR;3\nA2;ASEP\nA3;UJANG;X;2\n")
    assert found.problems() == {2: "row_shape", 3: "row_shape"}
    assert found.rows["ID"].to_list() == ["A1", "A2", "A3"]
    assert found.rows["_line"].to_list() == ["A1;SITI;KP; MAWAR;3", "A2;ASEP", None]


def test_only_rows_of_another_width_are_no_reason_to_fail(parse):
    assert parse(HEADER + "A1;SITI\nA2;ASEP\n").problems() == {2: "row_shape", 3: "row_shape"}


def test_a_delimiter_at_the_end_of_each_line_adds_no_column(parse):
    found = parse(HEADER + "A1;SITI;X;3;\nA2;ASEP;X;4;\nA3;UJANG;X;2\nA4;EUIS;X;2;Y\n")
    assert found.problems() == {5: "row_shape"}
    assert found.rows.filter(_row_number=5)["_line"].item() == "A4;EUIS;X;2;Y"
    assert found.rows.columns == ["ID", "NAMA", "ALAMAT", "ANGGOTA", "_row_number", "_problem", "_line"]


def test_a_delimiter_at_the_end_of_the_header_only(parse):
    assert parse("ID;NAMA;ALAMAT;ANGGOTA;;\nA1;SITI;X;3\nA2;ASEP;X;4;;\n").problems() == {}


def test_one_stray_quote_costs_one_row(parse):
    found = parse(HEADER + 'A1;"SITI;X;3\nA2;ASEP;X;4\nA3;UJANG;"X";2\n')
    assert found.problems() == {2: "row_shape"}
    assert found.rows["ID"].to_list() == ["A1", "A2", "A3"]
    assert found.rows["NAMA"].to_list()[0] == '"SITI'
    assert not found.file.cut


def test_quotes_within_a_cell_are_ordinary(parse):
    assert parse(HEADER + 'A1;SITI "ITI";12" X;3\n').rows.row(0)[:3] == ("A1", 'SITI "ITI"', '12" X')


def test_nul_bytes_spoil_their_row_only(parse):
    found = parse(HEADER + "A1;SI\x00TI;X;3\nA2;ASEP;X;4\nA3\x00;ASEP\n")
    assert found.problems() == {2: "nul_byte", 4: "nul_byte"}
    assert found.rows["NAMA"].to_list()[0] == "SI␀TI"


@pytest.mark.parametrize(
    ("tail", "problems"),
    [
        ("A3;UJANG", {4: "file_cut"}),
        ('A3;UJANG;"KP. MA', {4: "file_cut"}),
        ('A3;UJANG;"KP.\nMA', {4: "file_cut", 5: "file_cut"}),
        ("A3", {4: "file_cut"}),
        ("A", {4: "file_cut"}),
    ],
)
def test_a_cut_off_delta_loads_what_is_complete(parse, tail, problems):
    found = parse(GOOD + tail, "delta")
    assert found.problems() == problems
    assert found.rows["ID"].to_list()[:2] == ["A1", "A2"]
    assert (found.file.cut, found.notices) == (True, ["file_cut_off"])


@pytest.mark.parametrize("tail", ["A3;UJANG", 'A3;UJANG;"KP. MA', "A3"])
def test_a_cut_off_snapshot_is_refused(parse, raw, tail):
    assert refused(parse, GOOD + tail).message is delimited.CUT_OFF
    assert not list(raw.iterdir())


@pytest.mark.parametrize("fill", [b"\x1a", bytes(4096), b"\x1a" + bytes(100)])
def test_what_fills_a_file_up_hides_no_cut(parse, fill):
    whole, cut = GOOD.encode(), (GOOD + "A3;EU").encode()
    found = parse(whole + fill)
    assert (found.file.rows_read, found.file.rows_furniture) == (2, 0)
    assert found.notices == (["nul_tail"] if b"\0" in fill else [])
    with pytest.raises(Refusal) as refused:
        parse(cut + fill)
    assert refused.value.message is parsed.CUT_OFF
    delta = parse(cut + fill, "delta")
    assert (delta.file.rows_read, delta.problems()) == (3, {4: "file_cut"})


def test_a_last_line_of_separators_only_may_be_a_row_cut_off(parse):
    with pytest.raises(Refusal) as refused:
        parse(GOOD + ";;")
    assert refused.value.message is parsed.CUT_OFF
    assert parse(GOOD + ";;;;").file.furniture == {"blank": 1}


def test_a_quote_open_to_the_end_cuts_though_rows_follow(parse):
    content = HEADER + 'A1;SITI;X;3\nA2;"ASEP;X;4\nA3;UJANG;X;2\n'
    assert parse(content, "delta").problems() == {3: "file_cut"}
    assert refused(parse, content).message is delimited.CUT_OFF


def test_a_footnote_without_line_end_is_no_cut(parse):
    assert parse(GOOD + "Sumber: uji").file.furniture == {"note": 1}


def test_unlisted_columns_are_named_and_stored_nowhere(parse):
    found = parse("ID;NAMA;ALAMAT;ANGGOTA;WARNA;_problem;\nA1;SITI;X;3;BIRU;Z;\n")
    assert found.notices == ["column_drift"]
    assert "WARNA, _problem" in found.file.notices[0].en
    assert found.rows.columns == ["ID", "NAMA", "ALAMAT", "ANGGOTA", "_row_number", "_problem", "_line"]
    assert found.problems() == {}


@pytest.mark.parametrize("place", range(5))
@pytest.mark.parametrize(
    "line",
    ["A2;ASEP;X;4;5{phone}", "A2;AS;EP;X;4;{phone}", "A2;{phone}", 'A2;"ASEP;X;4;{phone}', "A2;A\0SEP;X;4;{phone};;"],
)
def test_a_line_that_could_not_be_split_is_not_kept_beside_unlisted_columns(parse, line, place):
    """The position of the unlisted cell in such a line is unknown."""
    header = HEADER.strip().split(";")
    header.insert(place, "NO HP")
    found = parse(
        ";".join(header) + "\nA1;SITI;X;3;081\n" + line.format(phone="0812345") + "\nA3;EUIS;X;3;0\n", "delta"
    )
    assert "0812345" not in "".join(found.rows["_line"].drop_nulls())
    assert set(found.problems()) <= {3}


def test_a_line_cut_off_is_kept_without_its_unlisted_cells(parse):
    found = parse("ID;HP;NAMA;ALAMAT;ANGGOTA\nA1;081;SITI;X;3\nA2;0812345;ASEP;Y", "delta")
    assert found.rows["_line"].to_list() == [None, "A2;;ASEP;Y"]


def test_a_column_that_appears_twice_with_equal_content(parse):
    found = parse("ID;NAMA;ALAMAT;ANGGOTA;NAMA\nA1;SITI;X;3;SITI\nA2\n")
    assert found.notices == ["column_twice_equal"]


def test_a_column_that_appears_twice_with_other_content(parse):
    reason = refused(parse, "ID;NAMA;ALAMAT;ANGGOTA;NAMA_LENGKAP\nA1;SITI;X;3;SITI\nA2;ASEP;X;3;UJANG\n")
    assert reason.message is parsed.COLUMN_TWICE
    assert reason.values == {"column": "NAMA"}


def test_a_renamed_column_is_named_with_the_header_like_it(parse):
    reason = refused(parse, "ID;NAMA;ALAMATT;ANGGOTA\nA1;SITI;X;3\n")
    assert reason.message is parsed.COLUMNS_MISSING
    assert reason.values == {"columns": "ALAMAT", "hint": " (ALAMATT → ALAMAT?)"}


def test_missing_columns_are_never_reported_with_text_of_a_data_row(parse):
    reason = refused(parse, "A1;NAMAN;ALAMATI;3\n")
    assert reason.values["hint"] == ""


def test_another_delimiter_is_named(parse):
    reason = refused(parse, GOOD.replace(";", ","))
    assert reason.message is delimited.WRONG_DELIMITER
    assert reason.values == {"expected": "; (titik koma)", "found": ", (koma)"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", parsed.EMPTY_FILE),
        (b"\xef\xbb\xbf \r\n\r\n", parsed.EMPTY_FILE),
        (HEADER.encode(), parsed.NO_ROWS),
        ((HEADER + "\nJUMLAH;0\n").encode(), parsed.NO_ROWS),
        (HEADER.strip().encode(), parsed.NO_ROWS),
        (b"<html><table><tr><td>ID</td></tr></table></html>", parsed.HTML_INSIDE),
        (b"\x89GIF" + bytes(range(256)), NOT_TEXT),
        (b"tidak;ada\nyang;cocok\n", parsed.COLUMNS_MISSING),
    ],
)
def test_files_that_are_no_delivery(parse, content, message):
    assert refused(parse, content).message is message


def test_mixed_encodings_are_read_with_a_warning(parse):
    found = parse(HEADER.encode() + "A1;JOSÉ;X;1\n".encode() + "A2;RENÉ;X;1\n".encode("cp1252"))
    assert found.rows["NAMA"].to_list() == ["JOSÉ", "RENÉ"]
    assert (found.file.encoding, found.notices) == ("mixed", ["mixed_encoding"])


def test_parts_are_bounded_and_numbers_go_on(parse, monkeypatch):
    monkeypatch.setattr(parsed, "PART_ROWS", 4)
    monkeypatch.setattr("assets.intake.encoding.CHUNK", 64)
    found = parse(HEADER + "".join(f"A{n};SITI;X;{n}\n" if n % 5 else f"A{n};SITI\n" for n in range(1, 24)))
    assert [part.name for part in found.file.parts] == [f"0-{n:04d}.parquet" for n in range(6)]
    assert found.rows["_row_number"].to_list() == list(range(2, 25))
    assert found.rows["ID"].to_list() == [f"A{n}" for n in range(1, 24)]
    assert found.problems() == dict.fromkeys((6, 11, 16, 21), "row_shape")


@pytest.mark.parametrize("surplus", [1000 - 4 + 1, 30_000])
def test_a_header_of_too_many_columns(parse, surplus):
    header = "ID;NAMA;ALAMAT;ANGGOTA" + "".join(f";K{number}" for number in range(surplus))
    with pytest.raises(Refusal) as refused:
        parse(f"{header}\nA1;SITI;X;3{';' * surplus}\n")
    assert refused.value.message.code == "too_many_columns"


def test_a_thousand_columns_are_read(parse):
    header = "ID;NAMA;ALAMAT;ANGGOTA" + "".join(f";K{number}" for number in range(996))
    assert parse(f"{header}\nA1;SITI;X;3{';' * 996}\n").rows.height == 1


def test_a_cell_that_is_too_long_quarantines_its_row(parse):
    found = parse(f"ID;NAMA;ALAMAT;ANGGOTA\nA1;{'S' * 900_000};X;3\nA2;{'S' * 32_767};X;3\n")
    assert found.problems() == {2: "cell_too_long"}
    assert found.rows["NAMA"].str.len_chars().to_list() == [32_767, 32_767]


@pytest.mark.parametrize("content", [HEADER, HEADER.strip(), HEADER + "\nJUMLAH;0\n", HEADER + "0 rows selected.\n"])
def test_a_delta_without_rows_is_a_quiet_day(parse, content):
    """Ruling 21; a snapshot without rows is refused (10)."""
    found = parse(content, "delta")
    assert (found.file.rows_read, found.notices) == (0, ["quiet_day"])
    assert set(HEADER.strip().split(";")) < set(found.rows.columns)


@pytest.mark.parametrize("kind", ["snapshot", "delta"])
def test_a_byte_order_mark_behind_the_last_line_is_no_row(parse, kind):
    """Found by `tests.torture.fuzz`: the last chunk is the BOM alone, which Arrow rejects as CSV."""
    found = parse(GOOD.encode() + b"\xef\xbb\xbf", kind)
    assert (found.file.rows_read, found.file.furniture) == (2, {"blank": 1})
