"""Measures of agreement, compared with counts of all pairs."""

from __future__ import annotations

from itertools import combinations

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import agreement

RECORDS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.sampled_from("ab")), min_size=1, max_size=12)


@pytest.fixture(scope="module")
def connection():
    with duckdb.connect() as connection:
        yield connection


def weighed(connection, records):
    found, true, source = zip(*records, strict=True)
    frame = pl.DataFrame({"n": range(len(records)), "found": found, "true_id": true, "source": source})
    connection.register("given_records", frame)
    agreement.weigh(connection, "given_records", "found")
    return frame.rows(named=True)


def counted(rows, touches):
    pairs = [(a, b) for a, b in combinations(rows, 2) if touches(a, b)]
    found = [pair for pair in pairs if pair[0]["found"] == pair[1]["found"]]
    true = [pair for pair in pairs if pair[0]["true_id"] == pair[1]["true_id"]]
    return sum(pair in true for pair in found), len(found), len(true)


def pairs_of(measured):
    return measured.right, measured.found_pairs, measured.true_pairs


@settings(max_examples=60, deadline=None)
@given(records=RECORDS)
def test_pairs_are_those_counted_one_by_one(connection, records):
    rows = weighed(connection, records)
    assert pairs_of(agreement.of_all(connection)) == counted(rows, lambda a, b: True)
    part = agreement.of_part(connection, "source = 'a'")
    assert pairs_of(part) == counted(rows, lambda a, b: "a" in (a["source"], b["source"]))
    for name, measured in agreement.by_source_pair(connection).items():
        wanted = name.split(" / ")
        assert pairs_of(measured) == counted(rows, lambda a, b, w=wanted: sorted((a["source"], b["source"])) == w)


@settings(max_examples=60, deadline=None)
@given(records=RECORDS)
def test_b_cubed_and_exactness_are_those_of_the_definition(connection, records):
    rows = weighed(connection, records)

    def together(column, row):
        return {other["n"] for other in rows if other[column] == row[column]}

    precision = [len(together("found", r) & together("true_id", r)) / len(together("found", r)) for r in rows]
    recall = [len(together("found", r) & together("true_id", r)) / len(together("true_id", r)) for r in rows]
    clusters = {frozenset(together("true_id", r)) for r in rows}
    exact = [cluster for cluster in clusters if cluster in {frozenset(together("found", r)) for r in rows}]
    measured = agreement.of_all(connection)
    assert measured.b3_precision == pytest.approx(sum(precision) / len(rows))
    assert measured.b3_recall == pytest.approx(sum(recall) / len(rows))
    assert measured.exact == pytest.approx(len(exact) / len(clusters))


def test_records_without_a_cluster_are_alone(connection):
    connection.execute(
        "create or replace table lonely as select n, null::varchar as found, 'x' as true_id from range(3) t(n)"
    )
    agreement.weigh(connection, "lonely", "found")
    assert pairs_of(agreement.of_all(connection)) == (0, 0, 3)
