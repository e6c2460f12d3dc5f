"""Tests which lines form a record, and that a slip of a quote loses no row."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.intake import records
from assets.intake.records import QUOTE_MARK, split, whole_records


def resolved(text: str, width: int = 3, size: int | None = None) -> list[records.Records]:
    lines = text.encode().splitlines(keepends=True)
    chunks = [b"".join(lines[at : at + (size or len(lines))]) for at in range(0, len(lines), size or len(lines))]
    return list(whole_records(chunks, ";", width))


def text_of(found: list[records.Records]) -> str:
    return b"".join(part.text for part in found).decode()


@pytest.mark.parametrize(
    ("record", "cells", "is_open"),
    [
        ("a;b", ["a", "b"], False),
        ("", [""], False),
        ("a;", ["a", ""], False),
        ('"a;b";c', ["a;b", "c"], False),
        ('"a ""b"" c";d', ['a "b" c', "d"], False),
        ('12" PIPA;b', ['12" PIPA', "b"], False),
        ('"a"b;c', ["ab", "c"], False),
        ('a;"b;c', ["a", "b;c"], True),
        ('a;"b""', ["a", 'b"'], True),
        ('"a\nb";c', ["a\nb", "c"], False),
    ],
)
def test_split(record, cells, is_open):
    assert split(record, ";") == (cells, is_open)


@given(st.lists(st.text(st.characters(exclude_characters="\r\n\x00", codec="utf-8")), min_size=1, max_size=6))
def test_split_reads_what_csv_writes(cells):
    class Line:
        def write(self, line):
            self.line = line

    line = Line()
    csv.writer(line, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="").writerow(cells)
    assert split(line.line, ";") == (cells, False)


def test_a_quoted_newline_belongs_to_its_record():
    text = '1;"a\nb";c\n2;"x;""y""";z\n'
    assert text_of(resolved(text)) == text


def test_a_slip_keeps_its_line_and_no_more():
    found = resolved('1;"a;c\n2;b;c\n3;"d";c\n')
    assert text_of(found) == f'1;{QUOTE_MARK}a;c\n2;b;c\n3;"d";c\n'
    assert not found[-1].unclosed, "by the book a later quote closes it: nothing says that the file was cut"


def test_a_quote_open_to_the_end_is_reported():
    found = resolved('1;a;c\n2;"b;c\n3;d;e\n')
    assert found[-1].unclosed
    assert text_of(found) == f"1;a;c\n2;{QUOTE_MARK}b;c\n3;d;e\n"


def test_an_open_quote_waits_for_the_next_chunk():
    text = '1;a;"b\nc"\n2;a;b\n'
    found = resolved(text, size=1)
    assert text_of(found) == text
    assert found[0].text.count(b"\n") == 2


def test_unclosed_is_known_though_the_slip_was_chunks_ago():
    text = '1;"a;b\n' + "2;a;b\n" * 300
    found = resolved(text, size=7)
    assert found[-1].unclosed
    assert [part.unclosed for part in found[:-1]] == [False] * (len(found) - 1)


def test_a_record_of_too_many_lines_is_a_slip():
    found = resolved('1;"a' + "\nx" * records.LINES_PER_RECORD + '";b\n')
    assert QUOTE_MARK in text_of(found)


@given(st.text(alphabet='a;"\n', max_size=60), st.integers(1, 4))
def test_nothing_but_quotes_of_slips_is_changed(text, size):
    found = resolved(text, size=size)
    assert text_of(found).replace(QUOTE_MARK, '"') == text
    assert [part.last for part in found] == [False] * (len(found) - 1) + [True] * bool(found)


@given(st.text(alphabet='a;"\n', max_size=60))
def test_every_chunk_ends_outside_of_quotes(text):
    for part in resolved(text, size=1):
        assert not split(part.text.decode().removesuffix("\n").replace("\n", ";"), ";")[1]


def test_however_many_quotes_are_open_each_line_is_split_a_few_times(monkeypatch):
    """Regression: lines whose quotes close and open again were each checked with up to a hundred following lines."""
    seen = 0

    def counted(record: str, delimiter: str):
        nonlocal seen
        seen += len(record)
        return split(record, delimiter)

    monkeypatch.setattr(records, "split", counted)
    text = 'a;"b\n' + 'x";y"z;"\n' * 5000
    found = text_of(resolved(text, width=10))
    assert found.count("\n") == text.count("\n")
    assert seen < 6 * len(text)
