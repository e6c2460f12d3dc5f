"""What progress reads of the published load is seen through views, which are gone in what is published."""

from __future__ import annotations

import duckdb
import pytest

from field.progress import shadow
from field.progress.basis import NoBasisError
from field.progress.shadow import Relation

HOUSEHOLD, AWARD = Relation("warehouse", "marts", "dim_household"), Relation("staging", "int", "int_award")


@pytest.fixture
def scratch(tmp_path):
    return {name: tmp_path / f"{name}.duckdb" for name in ("staging", "warehouse")}


def node(name: str, *parents: str, tags=(), kind: str = "model", database: str = "warehouse") -> dict:
    place = {"database": database, "schema": "marts", "alias": name, "resource_type": kind, "tags": list(tags)}
    return place | {"depends_on": {"nodes": list(parents)}}


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


def test_views_show_the_published_tables_and_copy_nothing(basis, scratch):
    shadow.create_views(basis, scratch, [HOUSEHOLD, AWARD])
    with duckdb.connect() as connection:
        for name, path in (basis.databases | {}).items():
            connection.execute(f"attach '{str(path).replace(chr(39), chr(39) * 2)}' as published_{name} (read_only)")
        for name, path in scratch.items():
            connection.execute(f"attach '{path}' as {name}")
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
