"""Tests that furniture is recognised by its shape, and that a doubtful row is data (ruling 8)."""

from __future__ import annotations

import pytest

from assets.intake import parsed
from validations.messages import Refusal

HEADER = "ID;NAMA;ALAMAT;ANGGOTA;CATATAN\n"
ROW = "A1;SITI;X;3;\n"


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("", "blank"),
        (" ; ;;;", "blank"),
        (HEADER.strip(), "header"),
        ("id;Nama Lengkap;alamat *;ANGGOTA;", "header"),
        ("JUMLAH;;1;;", "total"),
        ("Sub Total Kec. Cibaliung;1;;;", "total"),
        (";GRAND TOTAL;;3;", "total"),
        ("JUMLAH", "total"),
        (";;Jml;7;", "total"),
        (";JLH.;;7;", "total"),
        ("Rata-rata;;;4;", "total"),
        ("A.;KECAMATAN SUMUR;;;", "note"),
        ("II;DESA CIMANGGU;;;", "note"),
        ("--;----;------;-------;-------", "dashes"),
        ("--+----+------+-------+-------", "dashes"),
        ("SUMBER: SIKS-NG", "note"),
        ("* angka sementara", "note"),
        ("Dicetak;1 November 2019;;;", "note"),
        ("KECAMATAN CIBALIUNG;;;;", "note"),
        ("12 rows selected.", "total"),
        ("(12 rows)", "total"),
        ("12 row(s) affected;;;;", "total"),
        (";;;;;Kepala Dinas", "beside"),
        (";;;;;;;NIP. 197001011990011001", "beside"),
    ],
)
def test_furniture(parse, line, kind):
    found = parse(HEADER + ROW + line + "\n" + ROW)
    assert found.file.furniture == {kind: 1}
    assert found.rows["_row_number"].to_list() == [2, 4]


@pytest.mark.parametrize(
    "line",
    [
        "A2;;;;",
        "JUMLAH1;;;;",
        "A2;JUMLAH;;;",
        ";SITI;;;",
        ";;KP. MAWAR;;",
        "TOTAL;SITI;KP. MAWAR;3;x",
        "JUMLAHIRAH;SITI;;;",
        "KETUT;SITI;;;",
        "1234567890;;;;",
        "A2",
        ";SITI;CATATAN;3;",
        ";;Kepala Dinas;;",
        "A.;SITI;;;",
        "1;KECAMATAN SUMUR;;;",
        "A.;KECAMATAN SUMUR;;3;",
        "-;-;-;-;-",
        ";NAMA;DESA;3;",
        "NO;KEPALA;ALAMAT;;x",
    ],
)
def test_data(parse, line):
    found = parse(HEADER + ROW + line + "\n" + ROW)
    assert found.file.furniture == {}
    assert found.rows["_row_number"].to_list() == [2, 3, 4]


@pytest.mark.parametrize(("line", "rows"), [("2;;;;;", 1), ("II;KECAMATAN CIMANGGU;;;;", 1), ("2;;SITI;;;", 2)])
def test_a_running_number_before_the_columns_is_no_data(parse, line, rows):
    found = parse(f"NO;{HEADER}1;{ROW}{line}\n")
    assert (found.file.rows_read, found.file.rows_furniture) == (rows, 2 - rows)


SIGNATURES = [
    ";;Serang, 1 November 2019;;\n;;Kepala Dinas;;\n;;;;\n;;ASEP CONTOH;;\n;;NIP. 196501011990031001;;\n",
    ";;;Serang, 01 Nopember 2019;\n;Mengetahui,;;Kepala Seksi;\n;ASEP;;BUDI;\n;NIP. 1965;;NIP. 1970;\n",
    ";a.n. Kepala Dinas;;;\n;Sekretaris;;;\n;ASEP;;;\n;NIP 1965;;;\n",
]


@pytest.mark.parametrize("lines", SIGNATURES)
def test_signatures_below_the_table_are_furniture(parse, lines):
    found = parse(HEADER + ROW + "\n" + lines)
    assert found.file.furniture["note"] == 4
    assert found.rows["_row_number"].to_list() == [2]


@pytest.mark.parametrize("after", [ROW, ";SITI;X;3;\n"])
def test_rows_with_data_below_are_never_signatures(parse, after):
    """Not even where the row below them lost its key."""
    found = parse(HEADER + ROW + SIGNATURES[0] + after)
    assert found.rows["_row_number"].to_list() == [2, 3, 4, 6, 7, 8]


@pytest.mark.parametrize("line", [";SITI;X;3;", ";SITI;;3;", "A2;SITI;;;", ";;KP. MAWAR;;"])
def test_a_row_above_the_signatures_that_lost_its_key_is_data(parse, line):
    found = parse(HEADER + ROW + line + "\n" + SIGNATURES[0])
    assert found.rows["_row_number"].to_list() == [2, 3]


@pytest.mark.parametrize(
    ("line", "stated"),
    [
        ("JUMLAH;;1.234;;", [(3, 1234)]),
        ("JUMLAH: 12 KK", [(3, 12)]),
        ("JUMLAH;;1234.0;;", [(3, 1234)]),
        ("JUMLAH;2;;7;", [(3, 2)]),
        ("JUMLAH;;;7;", []),
        ("JUMLAH TAHUN 2019;12;;;", [(3, 12)]),
        ("JUMLAH KEC. SUMUR 1;;;7;", []),
        ("TOTAL = 12;;;7;", [(3, 12)]),
        ("Jml;12 KK;;7;", [(3, 12)]),
        ("Rata-rata;4;;;", []),
        ("JUMLAH;;12,5;;", []),
        ("JUMLAH;;;;", []),
        ("1 rows selected.", [(3, 1)]),
        ("(1.234 rows affected)", [(3, 1234)]),
        ("12 rows in set (0.01 sec)", [(3, 12)]),
        ("  2 record(s) selected.", [(3, 2)]),
        ("12 baris dipilih", [(3, 12)]),
        ("12 rows in set, 1 warning (0.01 sec)", [(3, 12)]),
        ("12 rows in set; 2 warnings (0.01 sec)", [(3, 12)]),
    ],
)
def test_stated_totals(parse, line, stated):
    """A number in a summed column (ANGGOTA) is not a count of rows; of two numbers, neither is used."""
    assert parse(HEADER + ROW + line + "\n").file.stated_totals == stated


@pytest.mark.parametrize("line", ["12 rows selected.", "(2 rows)"])
def test_a_closing_line_without_line_end_is_no_cut(parse, line):
    found = parse(HEADER + ROW + line)
    assert (found.file.cut, found.file.rows_read) == (False, 1)


NUMBERS = [
    "1;2;3;4;5",
    "(1);(2);(3);(4);(5)",
    "2;3;4;5;6",
    "1;2;3;4;5=3+4",
    "[1];[2];[3];;[4]",
    "-1;-2;-3;-4;-5",
    "1,0;2,0;3,0;4,0;5,0",
    "Kolom 1;Kolom 2;Kolom 3;Kolom 4;Kolom 5",
    "- 1 -;- 2 -;- 3 -;- 4 -;- 5 -",
    "A;B;C;D;E",
    "(a);(b);(c);(d);(e)",
    "A;B;C;;D",
    "I;II;III;IV;V",
]


@pytest.mark.parametrize("line", NUMBERS)
@pytest.mark.parametrize("between", ["", "\n"])
def test_a_row_that_numbers_the_columns_is_furniture_under_a_header(parse, line, between):
    found = parse(HEADER + between + line + "\n" + ROW + HEADER + line + "\n" + ROW)
    assert found.file.furniture["column_numbers"] == 2
    assert found.rows["ID"].to_list() == ["A1", "A1"]


WORDS = ["A;B;C;;", "B;C;D;E;F", "A;B;D;C;E", "I;II;IV;V;VI"]


@pytest.mark.parametrize("line", ["1;3;2;4;5", "1;SITI;3;4;5", "1;2;;;", "1;1;1;1;1", "A2;SITI;００１;٢;x", *WORDS])
def test_a_row_of_other_numbers_is_data(parse, line):
    assert parse(HEADER + line + "\n" + ROW).file.furniture == {}


def test_column_numbers_elsewhere_are_data(parse):
    assert parse(HEADER + 4 * ROW + NUMBERS[0] + "\n").file.furniture == {}


@pytest.mark.parametrize(
    "header",
    [
        "ID;NAMA;ANGGOTA;ALAMAT;CATATAN",
        "NAMA;ID;ALAMAT;ANGGOTA;CATATAN",
        "ID;NAMA;CATATAN;ALAMAT;ANGGOTA",
        "ID;NAMA;JALAN;ANGGOTA;CATATAN",
        "(1) ID;(2) NAMA;(3) ANGGOTA;(4) ALAMAT;(5) CATATAN",
        "ID;ALAMAT;ANGGOTA;CATATAN",
        "NO;KEPALA;ANGGOTA;ALAMAT;",
        "NO;KEPALA;ANGGOTA;;CATATAN",
        ";;NAMA LENGKAP;(5) CATATAN;",
    ],
)
def test_a_header_with_other_columns_within_the_table_refuses_the_file(parse, header):
    with pytest.raises(Refusal) as refused:
        parse(HEADER + ROW + header + "\n" + ROW)
    assert refused.value.message is parsed.HEADER_CHANGES
    assert "3" in refused.value.filled.id


@pytest.mark.parametrize("header", ["1. ID;2. NAMA;3. ALAMAT;4. ANGGOTA;5. CATATAN", "ID;NAMA_LENGKAP;;ANGGOTA;"])
def test_a_header_with_the_same_columns_is_furniture_however_it_is_written(parse, header):
    assert parse(HEADER + ROW + header + "\n" + ROW).file.furniture == {"header": 1}


def test_a_row_with_a_nul_is_never_furniture(parse):
    found = parse(HEADER + ROW + "\0\0\0\n" + "JUMLAH\0;;1;;\n" + ROW)
    assert (found.file.furniture, set(found.problems().values())) == ({}, {"nul_byte"})
