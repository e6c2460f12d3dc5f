"""Tests that every encoding gives the same UTF-8 text, and that one bad byte never stops a file."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.intake import encoding
from assets.intake.encoding import NUL_MARK, encoding_of, nul_tail, utf8_lines
from validations.messages import Refusal

WORDS = "ID;NAMA\n1;JOSÉ NUÑEZ – “ABC”\n2;SITI\n"


def read(path) -> tuple[str, str]:
    found = encoding_of(path)
    return found, b"".join(utf8_lines(path, found)).decode()


@pytest.mark.parametrize(
    ("codec", "name"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("cp1252", "windows-1252"),
    ],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_one_text_in_every_encoding(tmp_path, codec, name, line_end):
    path = tmp_path / "a.csv"
    path.write_bytes(WORDS.replace("\n", line_end).encode(codec))
    assert read(path) == (name, WORDS)


def test_utf16_of_the_other_byte_order(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"\xfe\xff" + WORDS.encode("utf-16-be"))
    assert read(path) == ("utf-16", WORDS)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_two_encodings_in_one_file_are_read_line_by_line(tmp_path, mark):
    path = tmp_path / "a.csv"
    path.write_bytes(mark + "É utf\n".encode() + "É 1252\n".encode("cp1252") + b"plain\n")
    assert read(path) == ("mixed", "É utf\nÉ 1252\nplain\n")


def test_bytes_that_windows_1252_leaves_undefined_survive(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"a\x81\xe9\n")
    assert read(path) == ("windows-1252", "a\x81é\n")


def test_nul_bytes_are_marked(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"abcdefg\nh\x00i\n")
    assert read(path) == ("utf-8", f"abcdefg\nh{NUL_MARK}i\n")


@pytest.mark.parametrize("content", [bytes(range(32)) * 9, b"a\x00b\x00" * 50, b"x" * (encoding.LONGEST_LINE + 1)])
def test_what_is_no_text_is_refused(tmp_path, content):
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(Refusal) as refused:
        read(path)
    assert refused.value.message is encoding.NOT_TEXT


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(st.characters(codec="utf-8", exclude_characters="\x00\x1a\ue000"), max_size=40),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.integers(1, 5),
)
def test_round_trip_in_chunks_of_any_size(tmp_path, text, codec, size):
    text = "kepala;judul;yang panjang\n" + text
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode(codec))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encoding, "CHUNK", size)
        try:
            _, read_back = read(path)
        except Refusal:  # too many control characters
            return
    assert read_back == text.replace("\r\n", "\n").replace("\r", "\n")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=60), st.integers(1, 5))
def test_any_bytes_become_lines_of_utf8(tmp_path, content, size):
    path = tmp_path / "a.csv"
    path.write_bytes(b"kepala;judul;yang cukup panjang supaya terbaca\n" * 3 + content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encoding, "CHUNK", size)
        try:
            chunks = list(utf8_lines(path, encoding_of(path)))
        except Refusal:
            return
    assert all(chunk.endswith(b"\n") for chunk in chunks[:-1])
    assert b"".join(chunks).decode().count("\n") >= 3


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("line_end", ["\n", ""])
@pytest.mark.parametrize("fill", ["\x1a", "\x1a\r\n", "\0" * 70_000, "\x1a" + "\0" * 511, "\r\n\0\0\r\n\0"])
def test_what_fills_a_file_up_is_no_text(tmp_path, codec, line_end, fill):
    path = tmp_path / "a.csv"
    path.write_bytes((WORDS.removesuffix("\n") + line_end + fill).encode(codec))
    name, text = read(path)
    assert text.rstrip("\n") == WORDS.rstrip("\n")
    assert (nul_tail(path, name) > 0) == ("\0" in fill)


def test_a_file_of_nothing_else_has_no_text(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"\x1a" + bytes(10_000))
    assert read(path) == ("utf-8", "")
