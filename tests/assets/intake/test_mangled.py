"""Tests that a damaged CSV file is refused with a reason, or that every record of it is in exactly one place."""

from __future__ import annotations

import re

import polars as pl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from assets.intake.encoding import encoding_of, utf8_lines
from assets.intake.parsed import NOT_KEPT
from validations.messages import Refusal

HEADER = "ID;NAMA;ALAMAT;ANGGOTA;CATATAN"
KEY = re.compile(r"A\d+Z")
cells = st.sampled_from(["SITI", "JOSÉ", "", " ", '"X; Y"', '"X\nY"', '"dia ""ITI"""', '12"', "JUMLAH", "7"])
others = st.sampled_from([HEADER, "", "JUMLAH;;3;;", "Sumber: uji", "KECAMATAN X"])
SLIPS = [b"\n", b'"', b'""', b"\x00", b";", b"\r", b"\xe9", b"\xff"]


@st.composite
def tables(draw) -> bytes:
    """A good table in one of the encodings. Each record has a unique key."""
    lines = ["DATA UJI", HEADER]
    for number in range(draw(st.integers(1, 10))):
        width = draw(st.sampled_from([4, 4, 4, 4, 4, 4, 3, 5]))
        lines += [";".join([f"A{number}Z", *(draw(cells) for _ in range(width))])]
        lines += draw(st.lists(others, max_size=1))
    return ("\n".join(lines) + "\n").encode(draw(st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16"])))


@st.composite
def mangled(draw) -> bytes:
    """A table with inserted or overwritten characters, possibly cut off."""
    content = bytearray(draw(tables()))
    for slip in draw(st.lists(st.sampled_from(SLIPS), max_size=5)):
        at = draw(st.integers(0, len(content)))
        content[at : at + draw(st.integers(0, 1))] = slip
    return bytes(content[: draw(st.integers(0, len(content)))] if draw(st.booleans()) else content)


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(mangled(), st.sampled_from(["snapshot", "delta"]), st.sampled_from([128, 8 << 20]))
@example(b"ID;NAMA;ALAMAT;ANGGOTA;;C\nA0Z;SITI;SITI;SITI;SITI\nA1Z;SITI;SITI;SITI;SITI\n", "snapshot", 128)
@example(b'ID;NAMA;ALAMAT;ANGGOTA\nA1Z;"X\nA2Z;Y;Z;1\nA3Z;"Q";Z;1\n', "snapshot", 64)
@example(f'"DATA UJI\n{HEADER}\nA0Z;;;;\nA1Z;;;;"X; Y"\n{HEADER}\nA2Z;;;;\n'.encode(), "snapshot", 128)
def test_refused_or_every_record_is_in_one_place(tmp_path, parse, content, kind, chunk):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("assets.intake.encoding.CHUNK", chunk)
        try:
            found = parse(content, kind)
        except Refusal as refusal:
            assert str(refusal)  # noqa: PT017 -- every place of its sentence has a value
            return
    rows, furniture = found.file.rows_read, found.file.furniture
    records = rows + furniture.total() + 1  # the header
    numbers = found.rows["_row_number"]
    assert found.rows.height == rows > 0
    assert numbers.is_sorted()
    assert numbers.n_unique() == rows
    assert numbers[-1] <= records

    path = tmp_path / "uji.csv"
    text = b"".join(utf8_lines(path, encoding_of(path))).decode()
    lines = text.count("\n") + (not text.endswith("\n"))
    assert records == lines if '"' not in text else records <= lines

    sent = KEY.findall(text)
    kept = KEY.findall("\n".join(found.rows.select(_said(found.rows)).to_series()))
    lost, hidden = len(sent) - len(kept), found.rows.filter(pl.col("_line") == NOT_KEPT).height
    assert 0 <= lost <= hidden + furniture["note"] + furniture["total"] + furniture["title"]
    assert set(kept) <= set(sent)


def _said(rows: pl.DataFrame) -> pl.Expr:
    """The text of a row: its line if it was not split, else its cells."""
    texts = [name for name in rows.columns if name not in ("_row_number", "_problem", "_line")]
    whole = pl.concat_str([pl.col(name).fill_null("") for name in texts], separator=";")
    return pl.coalesce("_line", whole)
