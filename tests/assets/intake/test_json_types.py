"""Tests ruling 37: a JSON value whose type does not fit its column is an error of its own."""

from __future__ import annotations

import json
from datetime import date

import polars as pl
import pytest

from assets.intake.parse import parse_file
from assets.sources import source_named
from validations.delivery import Context, RawFile
from validations.engine import validate

STUDENTS = source_named("dindik_siswa")
GOOD = {field.name: field.example for field in STUDENTS.contract.fields}
WRONG = {
    "an object as a name": {"nama": {"depan": "SITI"}},
    "a list as a name": {"nama_ibu": ["ROHAENI"]},
    "a boolean as a key": {"nisn": True},
    "a boolean as a code": {"status": False},
    "a fraction in a card number": {"nisn": 12345678.5},
    "a fraction in a NIK": {"nik": 3601014508.099123},
    "an object as a date": {"tanggal_lahir": {"$date": "2009-08-05"}},
}
RIGHT = {
    "a boolean for yes": {"penerima_pip": True},
    "a number as a key": {"nisn": 12345678},
    "a whole number that looks like a fraction": {"nisn": 12345678.0},
    "a text that looks like a boolean": {"nama": "true"},
    "a text that looks like an object": {"nama_sekolah": "{SDN 1}"},
    "a NIK that lost its digits": {"nik": 3601014508099002.0},
    "nothing": {"nik": None},
}


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    """All cases in one delivery: quarantined lines by row number."""
    folder = tmp_path_factory.mktemp("types")
    (folder / "raw").mkdir()
    changes = [*WRONG.values(), *RIGHT.values()]
    objects = [{**GOOD, "nisn": f"00123400{n:02d}", **change} for n, change in enumerate(changes)]
    path = folder / "siswa.jsonl"
    path.write_text("\n".join(map(json.dumps, objects)) + "\n")
    parsed = parse_file(path, STUDENTS, folder / "raw", "0")
    context = Context("d", STUDENTS.name, date(2019, 11, 1))
    validate([RawFile("siswa.jsonl", tuple(parsed.parts))], STUDENTS.contract, context, folder)
    return pl.read_parquet(folder / "quarantine.parquet")


@pytest.mark.parametrize(("at", "change"), list(enumerate(WRONG.values(), start=1)), ids=WRONG)
def test_a_wrong_type_is_the_one_thing_said_of_its_cell(judged, at, change):
    (column,) = change
    lines = judged.filter(row_number=at)
    assert lines.select("column_name", "check_name").rows() == [(column, "wrong_json_type")]
    assert STUDENTS.contract.field(column).type.allowed_id in lines["message_id"].item()
    assert "SITI" not in lines["message_id"].item()


@pytest.mark.parametrize("at", range(len(WRONG) + 1, len(WRONG) + len(RIGHT) + 1), ids=list(RIGHT))
def test_what_a_column_takes_is_taken(judged, at):
    assert judged.filter(row_number=at).is_empty()


def test_the_row_is_shown_as_it_was_sent(judged):
    assert json.loads(json.loads(judged["raw_row"][0])["nama"]) == {"depan": "SITI"}
