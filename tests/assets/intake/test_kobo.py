"""KoboToolbox's submissions become the rows that ODK Central would have sent; none is lost, none is added."""

from __future__ import annotations

import json

import duckdb
import polars as pl
import pytest

from assets.intake.kobo import as_central
from validations.dinsos_field import KUNJUNGAN


@pytest.fixture
def read():
    """The rows of a list, as JSON values."""

    def read(rows: list, repeat: str | None = None) -> list:
        frame = pl.DataFrame({"line": [json.dumps(row) for row in rows]}, schema={"line": pl.String})
        with duckdb.connect() as connection:
            return [json.loads(line) for line in as_central(connection, frame, KUNJUNGAN, repeat)["line"]]

    return read


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ({"_uuid": "a"}, "uuid:a"),
        ({"_uuid": "b", "meta/rootUuid": "uuid:a", "meta/deprecatedID": "uuid:a"}, "uuid:a"),
        ({"_uuid": "b", "meta/rootUuid": "a"}, "uuid:a"),
        ({"_uuid": "b", "meta/deprecatedID": "uuid:a"}, None),
        ({}, None),
    ],
)
def test_an_id_stays_through_edits_or_there_is_none(read, theirs, ours):
    assert read([theirs])[0]["__id"] == ours


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ({"_validation_status": {"uid": "validation_status_approved"}}, "approved"),
        ({"_validation_status": {"uid": "validation_status_not_approved"}}, "rejected"),
        ({"_validation_status": {"uid": "validation_status_on_hold"}}, "hasIssues"),
        ({"_validation_status": {}, "meta/deprecatedID": "x"}, "edited"),
        ({"_validation_status": {}}, None),
        ({"_validation_status": []}, None),
        ({"_validation_status": "lama"}, None),
    ],
)
def test_the_state_of_review(read, theirs, ours):
    assert read([theirs])[0]["__system"]["reviewState"] == ours


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("2019-10-03T04:05:06", "2019-10-03T04:05:06Z"),
        ("2019-10-03T04:05:06.789", "2019-10-03T04:05:06.789Z"),
        ("2019-10-03T11:05:06+07:00", "2019-10-03T11:05:06+07:00"),
        (None, None),
        ("kemarin", "kemarin"),
    ],
)
def test_instants_without_an_offset_are_utc(read, theirs, ours):
    assert read([{"_submission_time": theirs}])[0]["__system"]["submissionDate"] == ours


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("-6.2 106.1 10.5 4.9", {"coordinates": [106.1, -6.2, 10.5], "properties": {"accuracy": 4.9}}),
        (" -6.2  106.1 0 0 ", {"coordinates": [106.1, -6.2, 0.0], "properties": {"accuracy": 0.0}}),
        ("-6.2 106.1", {"coordinates": [106.1, -6.2], "properties": {"accuracy": None}}),
    ],
)
def test_geopoints_are_points_with_their_accuracy(read, theirs, ours):
    assert read([{"grup/lokasi": theirs}])[0]["lokasi"] == {"type": "Point", **ours}


@pytest.mark.parametrize("theirs", ["", "di rumah", "-6.2", None, 3, {"a": 1}, "1 2 3 4 5"])
def test_what_is_no_geopoint_stays_as_it_is(read, theirs):
    (row,) = read([{"lokasi": theirs, "catatan": "-6.2 106.1"}])
    assert row["__system"] == {"submissionDate": None, "reviewState": None, "edits": 0}
    assert (row["__id"], row["lokasi"], row["catatan"]) == (None, theirs, "-6.2 106.1")


def test_questions_lose_their_groups_and_kobos_own_keys_are_no_answers(read):
    (row,) = read([{"a/b/nama": 'O\'B "x"', "a~/c": 1.50, "_id": 7, "formhub/uuid": "x", "meta/instanceID": "y"}])
    assert {name: value for name, value in row.items() if not name.startswith("__")} == {"nama": 'O\'B "x"', "c": 1.5}


def test_a_question_that_nobody_answered_is_there_without_a_value(read):
    """Kobo leaves it out, and a file without a required column would be refused."""
    first, second = read([{"isian/no_peserta": "JSR1"}, {"catatan": "TIDAK ADA"}])
    assert first["tanggal_kunjungan"] is second["tanggal_kunjungan"] is None
    assert "no_peserta" not in second, "a key of another row is one of the file"
    assert "tanggal_kunjungan" not in read([{"lain": 1}])[0], "another form"


def test_two_questions_of_one_name_are_two_keys_of_one_row(read):
    """Which JSON readers refuse: the row is quarantined."""
    with duckdb.connect() as connection:
        frame = pl.DataFrame({"line": ['{"a/nama": 1, "b/nama": 2}']})
        (line,) = as_central(connection, frame, KUNJUNGAN, None)["line"]
    assert line.count('"nama":') == 2


def test_rows_of_a_repeat_have_the_ids_of_their_submission_and_position(read):
    rows = read(
        [
            {"_uuid": "a", "grup/anggota": [{"grup/anggota/nama": "SATU"}, {"grup/anggota/data/nama": "DUA"}]},
            {"_uuid": "b"},
            {"_uuid": "c", "anggota": []},
            {"_uuid": "d", "anggota": "bukan daftar"},
        ],
        "anggota",
    )
    assert rows == [
        {"__id": "uuid:a/anggota/1", "__Submissions-id": "uuid:a", "nama": "SATU"},
        {"__id": "uuid:a/anggota/2", "__Submissions-id": "uuid:a", "nama": "DUA"},
    ]


@pytest.mark.parametrize("repeat", [None, "anggota"])
def test_what_is_no_object_is_left_to_be_quarantined(read, repeat):
    assert read([3, "x", None, [1]], repeat) == [3, "x", None, [1]]


def test_a_row_of_a_repeat_that_is_no_object_is_left_too(read):
    assert read([{"_uuid": "a", "anggota": [7, {"nama": "DUA"}]}], "anggota") == [
        7,
        {"__id": "uuid:a/anggota/2", "__Submissions-id": "uuid:a", "nama": "DUA"},
    ]
