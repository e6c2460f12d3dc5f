"""Furniture is told by its shape; whatever could be somebody's row is data (ruling 8)."""

from __future__ import annotations

import pytest

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
        ("SUMBER: SIKS-NG", "note"),
        ("* angka sementara", "note"),
        ("Dicetak;1 November 2019;;;", "note"),
        ("KECAMATAN CIBALIUNG;;;;", "note"),
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
    ],
)
def test_data(parse, line):
    found = parse(HEADER + ROW + line + "\n" + ROW)
    assert found.file.furniture == {}
    assert found.rows["_row_number"].to_list() == [2, 3, 4]


@pytest.mark.parametrize(
    ("line", "stated"),
    [
        ("JUMLAH;;1.234;;", [(3, 1234)]),
        ("JUMLAH: 12 KK", [(3, 12)]),
        ("JUMLAH;;1234.0;;", [(3, 1234)]),
        ("JUMLAH;2;;7;", [(3, 2)]),
        ("JUMLAH;;;7;", []),
        ("JUMLAH TAHUN 2019;12;;;", []),
        ("JUMLAH;;12,5;;", []),
        ("JUMLAH;;;;", []),
    ],
)
def test_stated_totals(parse, line, stated):
    """A number in a column that is summed up (ANGGOTA) is no count of rows; of two numbers, none is believed."""
    assert parse(HEADER + ROW + line + "\n").file.stated_totals == stated
