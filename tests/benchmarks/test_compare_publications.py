"""Two publications are equal only if every published table has the same rows, with the same multiplicity."""

from __future__ import annotations

import duckdb
import pytest

from benchmarks.compare_publications import compare


@pytest.fixture
def published(tmp_path):
    """published(name, *rows, column): a database file with one table of marts."""

    def build(name: str, *rows: tuple, column: str = "value"):
        path = tmp_path / f"{name}.duckdb"
        with duckdb.connect(str(path)) as connection:
            connection.execute("create schema marts")
            connection.execute(f"create table marts.fact (key integer, {column} varchar, started_at varchar)")
            connection.executemany("insert into marts.fact values (?, ?, ?)", [(*row, name) for row in rows])
        return path

    return build


def test_the_order_of_rows_and_the_clock_make_no_difference(published):
    (found,) = compare(published("a", (1, "x"), (2, None)), published("b", (2, None), (1, "x")))
    assert not found
    assert (found.table, found.rows) == ("marts.fact", 2)


@pytest.mark.parametrize(
    ("rows", "only_a", "only_b"),
    [([(1, "x"), (2, "z")], 1, 1), ([(1, "x"), (2, "y"), (2, "y")], 0, 1), ([(1, "x")], 1, 0)],
)
def test_rows_that_differ_are_counted(published, rows, only_a, only_b):
    (found,) = compare(published("a", (1, "x"), (2, "y")), published("b", *rows))
    assert found
    assert (found.only_a, found.only_b) == (only_a, only_b)


def test_tables_and_columns_that_one_lacks_differ(published):
    one, other = published("a", (1, "x")), published("b", (1, "x"), column="amount")
    (found,) = compare(one, other)
    assert found.note == "columns differ: amount, value"
    with duckdb.connect(str(other)) as connection:
        connection.execute("drop table marts.fact")
    (found,) = compare(one, other)
    assert found.note == "only in the first"
