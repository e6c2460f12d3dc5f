"""Rulings 25 to 28: invisible characters, words for "none", and failed spreadsheet cells, for every type."""

from __future__ import annotations

import unicodedata

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.validations.test_field_types import ALL, read
from validations.contract import header_key
from validations.field_types.characters import clean, seen, unreadable

INVISIBLE = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) == "Cf"]
BLANKS = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) in ("Zs", "Zl", "Zp")]
EXAMPLES = {
    "text": "KP. CONTOH 1", "key": "PKH3601000001",
    "key_of_digits": "3601010001", "name": "SITI AMINAH", "digits": "0012345678", "sex": "P",
    "yes_no": "YA", "lenient": "KAWIN", "components": "SD;SMP", "integer": "12", "rupiah": "1.250.000",
    "decimal": "12,5", "date": "2019-10-12", "birth_date": "1985-08-05", "village": "36.01.01.2001", "rt": "001",
    "nik": "3601014508859123", "no_kk": "3601011203109456", "moment": "2019-10-03T04:05:06Z", "period": "2019-T1",
    "district": "360101", "region": "3601", "point": '{"type":"Point","coordinates":[106.1,-6.2]}',
}  # fmt: skip


def one(expression, value: str):
    return pl.DataFrame({"x": [value]}).select(expression(pl.col("x"))).item()


def test_every_type_has_an_example_here():
    assert set(EXAMPLES) == set(ALL)


@pytest.mark.parametrize("kind", ALL)
@given(data=st.data())
@settings(max_examples=5, deadline=None)
def test_what_nobody_sees_never_changes_what_is_read(kind, data):
    """Ruling 27: characters of class Cf anywhere in a value, and odd blanks at its ends."""
    plain = EXAMPLES[kind]
    at = data.draw(st.integers(0, len(plain)))
    hidden = data.draw(st.sampled_from(INVISIBLE))
    ends = data.draw(st.text(st.sampled_from([*BLANKS, "\u2800", "\u3164", "\t"]), max_size=2))
    dressed = ends + plain[:at] + hidden + plain[at:] + ends
    frame = read(ALL[kind], plain, dressed, f'="{plain.replace(chr(34), chr(34) * 2)}"')
    assert frame["X"].n_unique() == 1
    assert frame["X"].null_count() == 0


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("zero", [0xFF10, 0x0660, 0x1D7CE])
def test_a_digit_of_any_script_is_that_digit(kind, zero):
    plain = EXAMPLES[kind]
    frame = read(ALL[kind], plain, plain.translate({ord("0") + n: chr(zero + n) for n in range(10)}))
    assert frame["X"].n_unique() == 1
    assert frame["X"].null_count() == 0


def test_no_digit_is_left_that_a_pattern_takes_for_one():
    """Polars' `\\d`, of a newer Unicode than Python's own, is the judge."""
    every = pl.Series([chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000])
    digits = every.filter(every.str.contains(r"\d")).to_frame("x").select(read=clean(pl.col("x")))["read"]
    assert digits.len() > 700
    assert set(digits) == set("0123456789")


@pytest.mark.parametrize(
    ("cell", "value"),
    [("ＳＩＴＩ　ＡＭＩＮＡＨ", "SITI AMINAH"), ("０５／０８／１９８５", "05/08/1985"), ("÷½²", "÷½²")],
)
def test_full_width_letters_and_signs_are_the_plain_ones(cell, value):
    assert one(clean, cell) == value
    assert seen(cell) == value


def test_digits_of_another_script_in_keys_and_numbers_are_noted(judge, good):
    wide = {ord("0") + n: chr(0xFF10 + n) for n in range(10)}
    plain = good("dinsos_pkh")
    odd = {name: plain[name].translate(wide) for name in ("ID_PKH", "NIK", "TANGGAL_LAHIR", "TAHUN")}
    judged = judge("dinsos_pkh", [plain, {**plain, **odd}])
    assert (judged.verdict.total.accepted, judged.verdict.total.duplicate) == (1, 1)
    assert judged.checks("repairs") == {
        (3, "ID_PKH", "characters_taken_out"), (3, "NIK", "number_cleaned"), (3, "TAHUN", "characters_taken_out")
    }  # fmt: skip


@pytest.mark.parametrize("kind", ALL)
def test_words_for_none_mean_null_in_every_type(kind):
    words = ["NULL", "nan", "N/A", r"\N", "-", "...", "tidak ada", "TDK ADA", "Nihil", "KOSONG", "–", "…", "(null)"]
    words += ["[NULL]", "'-", "\u200eNULL\u00a0", '="NULL"', "Belum ada"]
    read_as = read(ALL[kind], *words)
    assert read_as.filter(pl.col("X").is_not_null()).is_empty()


@pytest.mark.parametrize("word", [".", "TIDAK TAHU", "Tidak diketahui"])
def test_some_words_mean_none_of_a_name_only(word):
    assert read(ALL["name"], word)["X"].item() is None
    assert read(ALL["text"], word)["X"].item() is not None


def test_a_list_may_give_a_word_for_none_a_meaning(judge, good):
    """DISABILITAS has `TIDAK ADA` for `TIDAK`."""
    rows = [
        good("dinsos_dtks_anggota", NO_URUT=str(n), DISABILITAS=word) for n, word in enumerate(("Tidak Ada", "-"), 1)
    ]
    assert judge("dinsos_dtks_anggota", rows).accepted["disabilitas"].to_list() == ["TIDAK", None]


@pytest.mark.parametrize("kind", ALL)
def test_what_a_spreadsheet_could_not_work_out_is_unreadable_and_not_empty(kind):
    cells = [
        "#N/A",
        "#REF!",
        "#VALUE!",
        "#DIV/0!",
        "#NAME?",
        "#NULL!",
        "#NUM!",
        "#SPILL!",
        " #N/A ",
        "#n/a",
        "\u200e#N/A",
    ]
    cells += ["#NV", "#BEZUG!", "#¡VALOR!", "#¿NOMBRE?", "#N/D", "#ССЫЛКА!", "#ЗНАЧ!", "#Н/Д", "Err:502", "######"]
    cells += ["=VLOOKUP(A1,Z:Z,1,0)", "=…", '="A"&B2&"C"', '="UKR"&"1"', '="SITI "&B2&" AMINAH"', "='A'!B2"]
    read_as = read(ALL[kind], *cells).with_columns(unreadable=unreadable(pl.col("raw:X")))
    assert read_as.filter(pl.col("X").is_not_null() | ~pl.col("unreadable")).is_empty()


@pytest.mark.parametrize("cell", ["#12 RT 01", "KP. #N/A", "A=B", '="0001"', "#TAG LAIN", "NO. 5!"])
def test_what_only_resembles_it_is_a_value(cell):
    assert not one(unreadable, cell)
    assert one(clean, cell) is not None


@pytest.mark.parametrize(
    ("cell", "value"),
    [('="0001"', "0001"), ('= "0001"', "0001"), ('\u200e="0001"', "0001"), ('="A ""B"" C"', 'A "B" C'), ('=""', None),
     ("'0001", "'0001"), (" a\u00a0 b\u200bc\t", "a bc"), ("\u3164", None), ("\ufeff", None)],
)  # fmt: skip
def test_ruling_28_what_a_cell_is_wrapped_in_goes(cell, value):
    assert one(clean, cell) == value


@pytest.mark.parametrize("kind", ["key", "nik", "digits", "integer", "village", "text"])
def test_an_apostrophe_before_a_number_is_a_spreadsheets(kind):
    number = {"text": "0001"}.get(kind, EXAMPLES[kind])
    assert read(ALL[kind], "'" + number)["X"].item() == read(ALL[kind], number)["X"].item()


@pytest.mark.parametrize(
    "written", ["NIK\u200e", "ＮＩＫ", "\u202aNIK\u202c", '="NIK"', "N\u00adIK", "\u3000NIK\u2800"]
)
def test_a_header_is_read_like_a_value(written):
    assert header_key(written) == "NIK"
    assert seen(written) == "NIK"


def test_ruling_27_a_key_is_one_key_and_the_change_is_noted(judge, good):
    rows = [good("dinsos_pkh"), good("dinsos_pkh", ID_PKH="PKH36010\u200e00001", NO_KK="\u2066" + "3601011203109456")]
    judged = judge("dinsos_pkh", rows)
    assert (judged.verdict.total.accepted, judged.verdict.total.duplicate) == (1, 1)
    assert judged.checks("repairs") == {(3, "ID_PKH", "characters_taken_out"), (3, "NO_KK", "number_cleaned")}


def test_a_filled_cell_is_never_said_to_be_empty(judge, good):
    """Each cell is filled; the message names its content and what is allowed."""
    register = "dukcapil_penduduk"
    rows = [
        good(register, NIK="360101450885912"),
        good(register, NIK="#N/A"),
        good(register, NIK="3601014508859124", NAMA_LENGKAP="#REF!"),
        good(register, NIK="3601014508859125", KODE_DESA="=VLOOKUP(A1,Z:Z,1,0)"),
        good(register, NIK="3601014508859126", JENIS_KELAMIN="X"),
    ]
    judged = judge(register, rows)
    assert judged.checks("quarantine") == {
        (2, "NIK", "nik_unusable"),
        (3, "NIK", "unreadable_cell"),
        (4, "NAMA_LENGKAP", "unreadable_cell"),
        (5, "KODE_DESA", "unreadable_cell"),
        (6, "JENIS_KELAMIN", "unknown_code"),
    }
    said = dict(judged.table("quarantine").select("row_number", "message_id").iter_rows())
    assert "15 angka" in said[2]
    assert "16 angka" in said[2]
    assert "#N/A" in said[3]
    assert "#REF!" in said[4]
    assert "=VLOOKUP" in said[5]
    assert "L, P" in said[6]
    assert not any("kosong" in sentence for sentence in said.values())


@pytest.mark.parametrize(
    "value",
    [
        "3601014508859123",
        "3601.0145.0885.9123",
        "AKTIF 3601014508859123",
        "3601 0145 0885 9123",
        "3.60101450885912E+15",
    ],
)
def test_ruling_41_no_message_quotes_somebodys_number(judge, good, value):
    judged = judge("dinsos_pkh", [good("dinsos_pkh", STATUS_KEPESERTAAN=value, KODE_DESA=value, TAHAP=value)])
    lines = judged.table("quarantine")
    assert set(lines["column_name"]) == {"STATUS_KEPESERTAAN", "KODE_DESA", "TAHAP"}
    for sentence in [*lines["message_id"], *lines["message_en"]]:
        assert "0145" not in sentence
        assert "1234" not in sentence
        assert "angka)" in sentence or "digits)" in sentence


def test_a_message_has_an_end(judge, good):
    lines = judge("dinsos_pkh", [good("dinsos_pkh", STATUS_KEPESERTAAN="PANJANG " * 4000)]).table("quarantine")
    assert lines["message_id"].str.len_chars().max() < 300
