"""Pages generated from the dbt project and the agreements agree with them."""

from __future__ import annotations

import re

import pytest

from assets.generated import read_folder
from assets.sharing import readers
from assets.sharing.agreement import read
from assets.sharing.contracts import as_yaml, contract, file_of, unreleasable
from assets.sharing.dictionary import Described, of_quality
from assets.sharing.dictionary_pages import pages
from assets.sharing.released import FOLDER, unfounded, versions
from orchestration import dictionary
from orchestration.dbt_manifest import read_manifest
from orchestration.version import ROOT


@pytest.fixture(scope="module")
def tables() -> dict[str, Described]:
    return dictionary.tables()


@pytest.fixture(scope="module")
def made(tables) -> dict[str, str]:
    return pages(tables | of_quality(), read())


def test_the_pages_in_docs_are_current(made):
    kept = read_folder(dictionary.PAGES, "*.md")
    assert kept == made, "the project or an agreement changed: python -m orchestration.dictionary"


def test_the_agencies_in_the_dbt_project_are_current():
    kept = read_folder(dictionary.READERS, "*.yml")
    assert kept == readers.files(read()), "an agreement changed: python -m orchestration.dictionary"


def test_shared_tables_are_exposed_and_every_table_has_an_owner(tables):
    exposures = {one["name"]: one for one in read_manifest()["exposures"].values()}
    for agreement in read():
        extract = exposures[f"extract_{agreement.agency}"]
        named = {node.split(".")[-1] for node in extract["depends_on"]["nodes"]}
        assert named == {table.name for table in agreement.tables}
        assert extract["owner"]["name"] == agreement.agency_name
    assert [name for name, table in tables.items() if not table.owner] == []
    assert tables["marts.fct_school"].owner.startswith("Dinas Pendidikan")


def test_the_auditors_pages_are_exposed_with_all_that_they_and_the_gate_read():
    modules = (ROOT / "assets" / "publication").glob("*.py")
    read_by_gate = {
        name
        for path in modules
        if path.stem in ("metrics", "reconciliation", "unexplained")
        for name in re.findall(r"\bwarehouse\.marts\.(\w+)", path.read_text(encoding="utf-8"))
    }
    read_by_gate |= {path.stem for path in (ROOT / "dbt_project" / "models" / "quality").glob("*.sql")}
    of_identity = (ROOT / "assets" / "site" / "identity.py").read_text(encoding="utf-8")
    read_by_gate |= set(re.findall(r"\bpublication\.marts\.(\w+)", of_identity))
    exposed = read_manifest()["exposures"]["exposure.sadaya.mutu_data"]["depends_on"]["nodes"]
    assert {node.split(".")[-1] for node in exposed} == read_by_gate


def test_no_contract_breaks_the_released_one_and_all_are_current(tables):
    released = read_folder(FOLDER, dictionary.PATTERN)
    made = {file_of(name): contract(table) for name, table in tables.items()}
    assert unreleasable(released, made) == []
    texts = {name: as_yaml(each) for name, each in made.items()}
    assert released == texts, "the project changed: python -m orchestration.dictionary"


def test_every_agreement_relies_on_contracts_that_hold():
    assert unfounded(read(), versions()) == []


def test_every_table_has_a_page_with_every_column_and_reader(tables, made):
    assert made.keys() == {f"{name}.md" for name in tables | of_quality()} | {"README.md"}
    agreements = read()
    for name, table in (tables | of_quality()).items():
        page = made[f"{name}.md"]
        assert all(f"\n| `{column.name}` | `{column.type}`" in page for column in table.columns)
        readers = {each.agency_name for each in agreements if any(one.table == name for one in each.tables)}
        assert all(reader in page for reader in readers)
        assert ("hanya tim data" in page) == (not readers)


def test_a_page_states_how_each_agency_sees_a_column(made):
    line = next(line for line in made["marts.fct_school.md"].splitlines() if line.startswith("| `person_id`"))
    assert "dindik: nama samaran / pseudonym" in line
    assert "[dindik_siswa](../kontrak/dindik_siswa.md)" in made["marts.fct_school.md"]


def test_a_table_has_as_many_cells_in_every_row(made):
    for name, text in made.items():
        for table in text.split("\n\n"):
            widths = {line.replace("\\|", "").count("|") for line in table.splitlines() if line.startswith("|")}
            assert len(widths) <= 1, f"{name}: {table[:80]}"
