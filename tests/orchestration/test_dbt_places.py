"""Where dbt finds a load's databases, and that documenting a published one does not touch it."""

from __future__ import annotations

import duckdb
import pytest

from assets.home import Home
from orchestration.dbt_docs import NothingPublishedError, generate
from orchestration.dbt_places import READ_ONLY, Plugin


@pytest.fixture
def load(tmp_path):
    folder = tmp_path / "it's home"
    folder.mkdir()
    return folder


@pytest.fixture
def attached(load, monkeypatch):
    monkeypatch.setenv("SADAYA_LOAD_DIR", str(load))
    monkeypatch.setenv("SADAYA_WAREHOUSE", str(load / "warehouse.duckdb"))

    def attached(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple]:
        Plugin("places", {}).configure_connection(connection)
        found = connection.execute(
            "select database_name, path, readonly from duckdb_databases()"
            " where not internal and database_name <> 'memory'"
        ).fetchall()
        return {name: (path, readonly) for name, path, readonly in found}

    return attached


def test_a_load_writes_to_its_folder(attached, load):
    with duckdb.connect() as connection:
        found = attached(connection)
    assert found == {name: (str(load / f"{name}.duckdb"), False) for name in ("staging", "warehouse")}


def test_a_publication_is_read_only_and_a_missing_file_is_empty(attached, load, monkeypatch):
    duckdb.connect(str(load / "warehouse.duckdb")).close()
    monkeypatch.setenv(READ_ONLY, "1")
    with duckdb.connect() as connection:
        found = attached(connection)
    assert found == {"staging": (None, False), "warehouse": (str(load / "warehouse.duckdb"), True)}
    assert not (load / "staging.duckdb").exists()


def test_without_a_publication_documentation_fails(tmp_path):
    with pytest.raises(NothingPublishedError):
        generate(Home(tmp_path / "home").create(), tmp_path / "docs")
