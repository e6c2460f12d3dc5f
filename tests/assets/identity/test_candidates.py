"""Candidate pairs: which pairs a block proposes, and which it leaves out."""

from __future__ import annotations

import re

import duckdb
import pytest

from assets.identity import names
from assets.identity.matching import candidates, rules

_COLUMNS = (
    "n bigint, words varchar[], name varchar, word_bits ubigint, sex varchar, birth_date date, birth_year integer,"
    " birth_heap boolean, nik varchar, no_kk varchar, village_code varchar, district_code varchar, regency_code varchar"
)


@pytest.fixture
def tables():
    with duckdb.connect() as connection:
        names.install(connection)
        rules.install(connection)
        for table in ("residue", "register"):
            connection.execute(f"create table {table} ({_COLUMNS})")
        connection.execute("create table context (n bigint, no_kk varchar)")
        connection.execute("create table judged (a bigint, b bigint)")
        yield connection


def put(connection, table: str, n: int, born: str | None, nik: str | None = None, district: str | None = "360101"):
    connection.execute(
        f"insert into {table} values (?, ['SITI', 'AMINAH'], 'SITI AMINAH', 1, 'P', ?::date, year(?::date), false,"
        " ?, null, null, ?, null)",
        [n, born, born, nik, district],
    )


def brought(connection) -> dict[tuple[int, int], list[str]]:
    candidates.pair(connection)
    return {(a, b): found for a, b, found in connection.execute("select a, b, rules from candidate").fetchall()}


@pytest.mark.parametrize(
    ("born", "compared"),
    [
        ("1980-05-17", True),
        ("1981-02-03", True),
        (None, True),
        ("1988-05-17", True),
        ("1988-06-17", False),
        ("1950-05-17", False),
    ],
    ids=["the same", "a year", "unknown", "the year alone", "years", "a generation"],
)
def test_namesakes_of_a_kecamatan_are_compared_if_one_may_be_the_other(tables, born, compared):
    put(tables, "register", 1, "1980-05-17")
    put(tables, "residue", 2, born)
    assert ("name_in_kecamatan" in brought(tables).get((2, 1), [])) == compared


@pytest.mark.parametrize(("born", "compared"), [("1988-05-17", True), ("1950-05-17", False)])
def test_niks_with_the_same_prefix_are_compared_if_births_fit(tables, born, compared):
    put(tables, "register", 1, "1980-05-17", "3601015705800001")
    put(tables, "residue", 2, born, "3601015705880002", district=None)
    assert brought(tables) == ({(2, 1): ["start_of_nik"]} if compared else {})


def test_equal_niks_are_compared_whatever_the_births(tables):
    put(tables, "register", 1, "1980-05-17", "3601015705800001", district=None)
    put(tables, "residue", 2, "1950-01-02", "3601015705800001")
    assert set(brought(tables)[2, 1]) == {"nik", "end_of_nik"}


def test_changed_pairs_are_all_pairs_with_a_dirty_record(tables):
    for n in range(1, 5):
        put(tables, "register", n, "1980-05-17")
        put(tables, "residue", 10 + n, "1980-05-17")
    everything = brought(tables)
    tables.execute("create table dirty as select unnest([2, 13]) as n")
    candidates.pair_changed(tables)
    changed = {(a, b): found for a, b, found in tables.execute("select a, b, rules from candidate").fetchall()}
    assert changed == {pair: found for pair, found in everything.items() if {2, 13} & set(pair)}
    assert changed


@pytest.mark.parametrize("rule", [*rules.RULES, *candidates.BLOCKS.values()])
def test_a_prefilter_reads_only_fast_columns(rule):
    assert set(re.findall(r"\b[or]\.(\w+)", rule.prefilter)) <= set(rules.BESIDE)
