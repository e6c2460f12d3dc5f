"""The publication that readers see while a load is made, copied next to the load's inputs."""

from __future__ import annotations

from datetime import date

import duckdb
import polars as pl
import pytest

from assets.home import Home
from assets.load import Load
from assets.publication import pointer, write_yesterday
from assets.publication.yesterday import TABLES


@pytest.fixture
def load(tmp_path) -> Load:
    load = Load(Home(tmp_path / "it's home").create(), tmp_path, "20191102-001", date(2019, 11, 2))
    load.folder.inputs.mkdir(parents=True)
    return load


@pytest.fixture
def publish(load):
    """publish(without=None): a publication with a row in every table; without: a column to leave out
    (`table.column`).
    """

    def publish(without: str | None = None) -> None:
        load.home.publication("20191101-001").mkdir()
        with duckdb.connect(str(load.home.warehouse("20191101-001"))) as connection:
            for table, columns in TABLES.values():
                connection.execute(f"create schema if not exists {table.split('.')[0]}")
                said = [f"null::{kind} as {name}" for name, kind in columns.items() if f"{table}.{name}" != without]
                connection.execute(f"create table {table} as select {', '.join(said)}, 1 as another")
        pointer.turn(load.home, "20191101-001")

    return publish


def rows(load: Load) -> dict[str, int]:
    found = {}
    for name, (_, columns) in TABLES.items():
        frame = pl.read_parquet(load.folder.inputs / f"{name}.parquet")
        assert frame.columns == list(columns)
        found[name] = frame.height
    return found


def test_before_the_first_publication_there_is_nothing(load):
    assert write_yesterday(load) is None
    assert set(rows(load).values()) == {0}


def test_it_is_the_published_load(load, publish):
    publish()
    assert write_yesterday(load) == "20191101-001"
    assert set(rows(load).values()) == {1}


def test_a_publication_that_lacks_a_column_is_not_compared(load, publish):
    publish(without="marts.dim_household.persons")
    assert write_yesterday(load) is None
    assert set(rows(load).values()) == {0}


def test_one_without_changes_is_compared(load, publish):
    publish(without="marts.changes.reason")
    assert write_yesterday(load) == "20191101-001"
    found = rows(load)
    assert found.pop("yesterday_change") == 0
    assert set(found.values()) == {1}
