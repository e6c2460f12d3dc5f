"""Whether an agreement fits a publication; and whether the catalogue agrees with the marts."""

from __future__ import annotations

import duckdb
import pytest

from assets.sharing import agreement as agreements
from assets.sharing.catalogue import Catalogue, differing, ids_of, knowledge, problems, unnamed
from orchestration import dbt
from tests.assets.sharing.conftest import COUNTED, PERSONS, agreement, table


@pytest.fixture(scope="module")
def catalogue(publication):
    with duckdb.connect() as connection:
        connection.execute(f"attach '{publication}' as publication (read_only)")
        return Catalogue.of(connection, "publication")


@pytest.fixture(scope="module")
def built() -> Catalogue:
    """The tables that dbt builds, from their contracts."""
    nodes = dbt.read_manifest()["nodes"].values()
    models = [node for node in nodes if node["resource_type"] in ("model", "seed")]
    columns = {
        f"{node['schema'].removeprefix('main_')}.{node['name']}": {
            name: (column["data_type"] or node["config"].get("column_types", {}).get(name, "")).upper()
            for name, column in node["columns"].items()
        }
        for node in models
    }
    return Catalogue(columns, {})


def test_a_fitting_agreement_has_no_problem(catalogue):
    assert problems(agreement(PERSONS), catalogue) == []


@pytest.mark.parametrize(
    ("what", "says"),
    [
        (table("dim_house", {"house_no": "clear"}), "does not exist"),
        (table("dim_person", {"shoe_size": "clear"}), "missing column shoe_size"),
        (table("dim_person", {"person_id": "clear"}), "show it as a pseudonym or suppress it"),
        (table("dim_person", {"name": "year_only"}), "only a date"),
        (table("dim_person", {"birth_date": "last_four"}), "last_four is for text"),
        (table("dim_person", {"name": {"region_level": "district"}}), "not a region code"),
        (table("dim_region", {"region_code": "clear"}, rows={"poor": True}), "cannot be poor"),
        (table("dim_household", {"head_name": "clear"}, rows={"ages": {"from": 1, "to": 2}}), "no age"),
        (table("dim_region", {"region_code": "clear"}, rows={"programmes": ["PKH"]}), "no programme"),
    ],
)
def test_problems_of_fit_are_reported(catalogue, what, says):
    (problem,) = problems(agreement(what), catalogue)
    assert says in problem


def test_specific_data_needs_its_purpose(catalogue):
    rows = {"ages": {"from": 18, "to": 64}}
    assert "children" in problems(agreement(PERSONS, specific={}), catalogue)[0]
    assert problems(agreement({**PERSONS, "rows": rows}, specific={}), catalogue) == []


def test_aggregates_only_is_enforced(catalogue):
    counts = table("counts_by_region", {"region_code": "clear", "poor_units": "clear"})
    assert problems(agreement(counts, aggregates_only=True), catalogue) == []
    assert "aggregates only" in problems(agreement(PERSONS, aggregates_only=True), catalogue)[0]


def test_an_unnamed_column_is_in_no_share(catalogue):
    left = unnamed(catalogue, [agreement(PERSONS)])
    assert left["marts.dim_person"] == ["birth_date", "birth_year"]
    assert "marts.fct_event" in left


def test_unknown_numbers_of_aggregates_are_reported(catalogue, monkeypatch):
    counts = table("counts_by_region", {"region_code": "clear", "all_units": "clear", "share": "clear"})
    assert problems(agreement(counts), catalogue) == []
    for what in ("measures", "counts"):
        monkeypatch.setitem(COUNTED, what, {})
    assert "all_units, share" in problems(agreement(counts), catalogue)[0]


def test_counts_of_rows_are_exact_only_for_who_has_all_the_rows(built):
    counts = table("companion_progress", {"companion_id": "clear", "families": "clear"})
    rows = table("family_due", {"participant_no": "clear", "household_id": "pseudonym"})
    part = table("family_due", {"participant_no": "clear"}, rows={"regencies": ["3601"]})
    assert problems(agreement(counts, rows), built) == []
    for too_little in (agreement(counts), agreement(counts, part)):
        assert ["families: assets/sharing/tables.yaml" in each for each in problems(too_little, built)] == [True]


def test_different_smallest_cells_are_reported(catalogue):
    columns = {"region_code": "clear", "programme": "clear", "all_units": "clear"}
    one = agreement(table("counts_by_region", columns), agency="satu")
    other = agreement(table("counts_by_region", columns), agency="dua", smallest_cell=5)
    assert "5 (dua) and 10 (satu)" in differing([one, other], catalogue)[0]
    assert differing([one, agreement(PERSONS, agency="dua", smallest_cell=5)], catalogue) == []


def test_the_agreements_of_the_repository_fit_what_is_built_and_each_other(built):
    kept = agreements.read()
    assert [problem for each in kept for problem in problems(each, built)] == []
    assert differing(kept, built) == []


def test_tables_yaml_fits_the_marts(built):
    known = knowledge()
    named = [(table, columns) for what in ("by_day", "ids", "not_counts") for table, columns in known[what].items()]
    named += [each for tables in known["specific"].values() for each in tables.items()]
    named += [(table, [*how["counts"], *how.get("measures", {})]) for table, how in known["aggregates"].items()]
    named += [(table, "all") for table in [*known["open"], *known["counts_of"], *known["counts_of"].values()]]
    for name, columns in named:
        assert name in built.columns
        assert columns == "all" or set(columns) <= built.columns[name].keys(), name


def test_columns_specific_in_dbt_are_specific_here():
    tables = knowledge()["specific"].values()
    for node in dbt.read_manifest()["nodes"].values():
        for name, column in node.get("columns", {}).items():
            if node["resource_type"] == "model" and (column["config"].get("meta") or {}).get("personal") == "specific":
                if not node["schema"].endswith("marts"):
                    continue
                of_table = [each.get(f"marts.{node['name']}", []) for each in tables]
                assert any(known == "all" or name in known for known in of_table), (node["name"], name)


def test_ids_are_known_by_their_names():
    columns = dict.fromkeys(
        ["other_household_id", "person_id_a", "owner_person_id", "companion_id", "dtks_id"], "VARCHAR"
    )
    assert ids_of("marts.x", columns) == {"other_household_id", "person_id_a", "owner_person_id"}
    assert ids_of("marts.unserved", {"unit_id": "VARCHAR"}) == {"unit_id"}
