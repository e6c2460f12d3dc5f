"""The counts of a publication, and the relations between them."""

from __future__ import annotations

import duckdb
import pytest

from assets.sharing import catalogue, counts

KNOWN = {
    "marts.by_region": {
        "region": "code",
        "level": "level",
        "counts": {"people": "people[unit]", "served": "served[programme]", "homes": "people['home']"},
        "rests": ["people - served"],
    },
    "marts.pairs": {
        "region": "code",
        "level": "'province'",
        "counts": {"pair": "both[a, b]"},
        "rests": ["served[a] - pair", "served[b] - pair"],
    },
    "marts.exactly": {
        "may_go": True,
        "region": "code",
        "level": "'province'",
        "counts": {"people": "exactly[together]"},
        "wholes": [
            {
                "part": "people",
                "whole": "served[programme]",
                "split": ", unnest(string_split(together, '+')) as p(programme) where programme <> '-'",
            }
        ],
    },
    "marts.asked": {
        "region": "code",
        "level": "'province'",
        "counts": {"people": "answer[question, answer]", "of_people": "asked[]"},
        "wholes": [{"part": "people", "whole": "of_people", "by": "question"}],
    },
}
ROWS = [
    ("province", "36", "PKH", "person", 50, 20, 9),
    ("province", "36", "PIP", "person", 50, 8, 9),
    ("regency", "3601", "PKH", "person", 30, 20, 5),
    ("regency", "36", "PKH", "person", 18, 0, 4),
    ("district", "360102", "PKH", "person", 24, 15, 5),
]


@pytest.fixture
def read(monkeypatch):
    def read(rows=ROWS):
        monkeypatch.setattr(catalogue, "knowledge", lambda: {"aggregates": KNOWN})
        connection.execute("create or replace table p.marts.by_region (level varchar, code varchar, programme varchar,"
                           " unit varchar, people int, served int, homes int)")  # fmt: skip
        connection.executemany("insert into p.marts.by_region values (?, ?, ?, ?, ?, ?, ?)", rows)
        connection.execute(
            "create or replace table p.marts.pairs as select '36' as code, 'PIP' as a, 'PKH' as b, 3 as pair"
        )
        connection.execute(
            "create or replace table p.marts.exactly as select '36' as code, together, people::int as people"
            " from (values ('PIP+PKH', 3), ('PKH', 17), ('PIP', 5), ('-', 25)) t(together, people)"
        )
        connection.execute(
            "create or replace table p.marts.asked as select '36' as code, question, answer, people, 50 as of_people"
            " from (values ('school', 'yes', 30), ('school', 'no', 20), ('work', 'no', 50)) t(question, answer, people)"
        )
        found = counts.read(connection, "p")
        ids = connection.execute("select id, name || ' ' || place, number from count_ order by id").fetchall()
        names = [name for _, name, _ in ids]
        assert [number for _, _, number in ids] == list(found.true)
        told = [
            {names[column]: int(factor) for column, factor in zip(row.indices, row.data, strict=True)}
            for row in found.relations
        ]
        return found, dict(zip(names, map(int, found.true), strict=True)), told

    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as p; create schema p.marts")
        yield read


def test_the_same_number_in_several_rows_is_one_count(read):
    _, numbers, _ = read()
    assert numbers["[people, person] province:36"] == 50
    assert numbers["[people, home] province:36"] == 9
    assert sum(name.startswith("[served, PKH]") for name in numbers) == 6
    assert "[both, PIP, PKH] province:36" in numbers


def test_regions_add_up_with_those_who_are_in_none_below(read):
    _, numbers, told = read()
    assert numbers["[people, person] province:36+"] == 2
    assert numbers["[served, PKH] regency:3601+"] == 5
    assert {
        "[people, person] province:36": 1,
        "[people, person] regency:3601": -1,
        "[people, person] regency:36": -1,
        "[people, person] province:36+": -1,
    } in told
    assert "[served, PIP] province:36+" not in numbers, "no region below is counted"


def test_what_is_left_is_somebody_or_nobody_in_every_row_and_among_the_unplaced(read):
    _, _, told = read()
    for place in ("province:36", "regency:36", "regency:3601+", "province:36+"):
        assert {f"[people, person] {place}": 1, f"[served, PKH] {place}": -1} in told
    assert {"[served, PIP] province:36": 1, "[both, PIP, PKH] province:36": -1} in told


def test_rows_add_up_to_the_counts_that_each_is_a_part_of(read):
    found, numbers, told = read()
    for programme in ("PKH", "PIP"):
        assert {
            f"[served, {programme}] province:36": 1,
            "[exactly, PIP+PKH] province:36": -1,
            f"[exactly, {programme}] province:36": -1,
        } in told
    assert [name for name, may_go in zip(numbers, found.may_go, strict=True) if may_go] == [
        name for name in numbers if name.startswith("[exactly,")
    ]


def test_rows_of_several_questions_add_up_to_one_whole_for_each(read):
    found, _, told = read()
    whole, parts = "[asked] province:36", "[answer, {}] province:36"
    assert {whole: 1, parts.format("school, yes"): -1, parts.format("school, no"): -1} in told
    assert {whole: 1, parts.format("work, no"): -1} in told
    assert not found.broken


def test_numbers_that_should_be_the_same_and_are_not_are_no_counts(read):
    rows = [*ROWS[:1], ("province", "36", "PIP", "person", 51, 8, 9), *ROWS[2:]]
    found, numbers, _ = read(rows)
    assert "[people, person] province:36" not in numbers
    assert "[people, person] regency:3601" in numbers
    assert found.broken


def test_a_relation_that_does_not_hold_is_none(read):
    rows = [*ROWS[:3], ("regency", "36", "PKH", "person", 18, 19, 4), *ROWS[4:]]
    found, numbers, told = read(rows)
    assert {"[people, person] regency:36": 1, "[served, PKH] regency:36": -1} not in told
    assert "[served, PKH] province:36+" not in numbers, "39 of 20 are placed"
    assert found.broken == 2, "in the regency, and among the unplaced of the province"


def test_without_an_aggregate_there_is_no_count(monkeypatch):
    monkeypatch.setattr(catalogue, "knowledge", lambda: {"aggregates": KNOWN})
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as p")
        assert counts.read(connection, "p").relations.shape == (0, 0)
