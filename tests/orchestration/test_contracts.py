"""Contracts of extracts are derived from the contracts of the tables and from the agreement."""

from __future__ import annotations

import pytest

from assets.sharing.agreement import path_of, read_one
from assets.sharing.contracts import from_yaml
from orchestration.contracts import shared
from orchestration.dictionary import tables

DSN = "postgresql://sadaya_dindik:not-to-be-told@db.example:5433/sadaya"
SCHOOL = "dindik.fct_school.{}.odcs.yaml"


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> dict[str, str]:
    """Contract pages of an extract with one table split by kabupaten/kota and one in a single file."""
    extract = tmp_path_factory.mktemp("extract")
    (extract / "parquet" / "fct_school").mkdir(parents=True)
    (extract / "parquet" / "dim_region.parquet").touch()
    return shared(read_one(path_of("dindik")), tables(), extract, DSN)


def test_every_served_table_has_a_contract(made):
    agreed = {table.name for table in read_one(path_of("dindik")).tables}
    assert {name.split(".")[1] for name in made if ".postgres." in name} == agreed
    assert {name.split(".")[1] for name in made if ".extract." in name} == {"fct_school", "dim_region"}


def test_it_names_only_shared_columns(made):
    contract = from_yaml(made[SCHOOL.format("extract")])
    shown = [column.name for column in contract.schema_[0].properties]
    assert shown == list(read_one(path_of("dindik")).table_named("fct_school").columns)
    assert contract.servers[0].path.endswith("parquet/fct_school/*.parquet")
    assert from_yaml(made["dindik.dim_region.extract.odcs.yaml"]).servers[0].path.endswith("/dim_region.parquet")


def test_another_server_has_logical_types_and_no_password(made):
    contract = from_yaml(made[SCHOOL.format("postgres")])
    assert {column.physicalType for column in contract.schema_[0].properties} == {None}
    assert {column.logicalType for column in contract.schema_[0].properties} >= {"string", "date", "integer"}
    assert (contract.servers[0].schema_, contract.servers[0].port) == ("dindik", 5433)
    assert not any("not-to-be-told" in text for text in made.values())
