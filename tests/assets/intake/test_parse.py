"""Tests which parser a file goes to, and that a refused file leaves no parts."""

from __future__ import annotations

import pytest

from assets.intake import parsed
from validations.limits import FILE_NAME_TOO_LONG
from validations.messages import Refusal


def test_an_extension_that_the_source_does_not_use(parse):
    with pytest.raises(KeyError):
        parse("ID;NAMA\n", name="uji.pdf")


def test_extensions_in_capitals(parse):
    assert parse("ID;NAMA;ALAMAT;ANGGOTA\nA1;SITI;X;3\n", name="UJI.CSV").file.rows_read == 1


def test_a_refused_file_leaves_no_part(parse, raw, monkeypatch):
    monkeypatch.setattr(parsed, "PART_ROWS", 1)
    rows = "".join(f"A{number};SITI;X;3\n" for number in range(9))
    with pytest.raises(Refusal):
        parse("ID;NAMA;ALAMAT;ANGGOTA\n" + rows + "A9;SI")
    assert list(raw.iterdir()) == []


def test_names_of_files_have_an_end(parse):
    text = "ID;NAMA;ALAMAT;ANGGOTA\nA1;SITI;X;3\n"
    assert parse(text, name="é" * 98 + ".csv").file.rows_read == 1
    with pytest.raises(Refusal) as refused:
        parse(text, name="é" * 98 + "x.csv")
    assert refused.value.message is FILE_NAME_TOO_LONG
