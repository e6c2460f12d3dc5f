"""What progress reads of the published load is seen through views, which are gone in what is published."""

from __future__ import annotations

from contextlib import contextmanager

import duckdb
import pytest

from field.progress import shadow
from field.progress.basis import NoBasisError
from field.progress.shadow import Relation
from validations.sql import literal

HOUSEHOLD, AWARD = Relation("warehouse", "marts", "dim_household"), Relation("staging", "int", "int_award")


@pytest.fixture
def scratch(tmp_path):
    return {name: tmp_path / f"{name}.duckdb" for name in ("staging", "warehouse")}


@contextmanager
def attached(basis, scratch):
    """A connection as dbt has it."""
    with duckdb.connect() as connection:
        for name, path in basis.databases.items():
            connection.execute(f"attach {literal(path)} as {shadow.PUBLISHED[name]} (read_only)")
        for name, path in scratch.items():
            connection.execute(f"attach {literal(path)} as {name}")
        yield connection


def node(
    name: str, *parents: str, tags=(), kind: str = "model", database: str = "warehouse", materialized: str = "table"
) -> dict:
    place = {"database": database, "schema": "marts", "alias": name, "resource_type": kind, "tags": list(tags)}
    return place | {"depends_on": {"nodes": list(parents)}, "config": {"materialized": materialized}}


def test_only_what_rebuilt_models_read_and_is_not_rebuilt_is_seen():
    nodes = {
        "visit": node("visit", "household", "raw", "source.load", tags=["progress"]),
        "raw": node("raw", tags=["progress"], database="staging"),
        "household": node("household", "person"),
        "person": node("person"),
        "a_test": node("a_test", "person", tags=["progress"], kind="test"),
    }
    rebuilt = shadow.rebuilt({"nodes": nodes})
    assert rebuilt == ["raw", "visit"]
    assert shadow.read_by({"nodes": nodes}, rebuilt) == [Relation("warehouse", "marts", "household")]


def test_a_view_of_the_published_load_comes_after_what_it_reads():
    nodes = {
        "visit": node("visit", "a_view", "table", tags=["progress"]),
        "a_view": node("a_view", "of_a_view", "visit", materialized="view"),
        "of_a_view": node("of_a_view", "not_read"),
        "table": node("table", "not_read"),
        "not_read": node("not_read"),
    }
    assert [one.name for one in shadow.read_by({"nodes": nodes}, ["visit"])] == ["of_a_view", "a_view", "table"]


def test_a_view_of_the_published_load_reads_its_tables(basis, scratch):
    with duckdb.connect() as connection:
        for name, path in basis.databases.items():
            connection.execute(f"attach {literal(path)} as {name}")
        connection.execute("create view warehouse.marts.served as from staging.int.int_award where serves")
    served = Relation("warehouse", "marts", "served")
    shadow.create_views(basis, scratch, [AWARD, served])
    with attached(basis, scratch) as connection:
        assert connection.execute("from warehouse.marts.served").fetchall() == [("H1", True)]


def test_views_show_the_published_tables_and_copy_nothing(basis, scratch):
    shadow.create_views(basis, scratch, [HOUSEHOLD, AWARD])
    with attached(basis, scratch) as connection:
        assert connection.execute("from warehouse.marts.dim_household").fetchall() == [("H1",)]
        assert connection.execute("from staging.int.int_award").fetchall() == [("H1", True)]


def test_after_dropping_them_only_tables_are_left(basis, scratch):
    shadow.create_views(basis, scratch, [HOUSEHOLD])
    with duckdb.connect(str(scratch["warehouse"])) as connection:
        connection.execute("create schema built; create table built.visit as select 1 as n")
        shadow.drop_views(connection)
        schemas = connection.execute("select schema_name from duckdb_schemas() where not internal").fetchall()
        assert ("built",) in schemas
        assert ("marts",) not in schemas
        assert connection.execute("from built.visit").fetchall() == [(1,)]
        assert connection.execute("select view_name from duckdb_views() where not internal").fetchall() == []


@pytest.mark.parametrize("broken", ["no table", "no file", "not a database"])
def test_a_load_that_cannot_be_read_is_named(basis, scratch, broken):
    staging = basis.databases["staging"]
    if broken == "no table":
        staging.unlink()
        duckdb.connect(str(staging)).close()
    elif broken == "no file":
        staging.unlink()
    else:
        staging.write_bytes(b"x" * 20_000)
    with pytest.raises(NoBasisError, match=r"the working folder of load 20191101-001 is damaged: .*Run a load"):
        shadow.create_views(basis, scratch, [AWARD])
