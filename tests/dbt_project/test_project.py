"""The project's manifest: two halves, descriptions, contracts, and no paths of a machine."""

from __future__ import annotations

import json
import re

import pytest
import yaml

from assets.sources import all_sources, field_sources
from field.progress import shadow
from orchestration.dbt_manifest import PROJECT
from validations.regions import PROVINCE

HALVES = ("pre_identity", "post_identity")
KINDS = ("model", "seed", "test", "unit_test")
PERSONAL = {"record_key", "nik", "no_kk", "name", "head_name", "mother_name", "birth_date", "birth_place", "address"}
PERSONAL |= {"rt", "rw", "participant_no", "dtks_id", "household_ref", "companion_id"}
PERSONAL |= {"student_no", "card_no", "kip_no", "parent_name", "parent_nik", "business_no", "enterprise_name"}
PERSONAL |= {"longitude", "latitude", "note"}
PERSONAL |= {"record_key_a", "record_key_b"}
SPECIFIC = {"disability", "components", "weight_kg", "height_cm", "height_z_score", "height_status", "monthly_income"}
"""Health, and children: UU 27/2022 asks more for these."""


OF_NO_HOUSEHOLD = {"dinsos_penyaluran", "dinsos_kunjungan", "bps_kemiskinan"}
OF_NO_HOUSEHOLD |= {"sadaya_keputusan", "sadaya_tindak_lanjut"}
OF_NO_HOUSEHOLD |= {"dinsos_keluarga_baru", "dinsos_keluarga_baru_anggota"}
OF_NO_HOUSEHOLD |= {"dinsos_perubahan_status", "dinsos_bayar_dilihat"}
"""They have a household by a membership, or none (ruling 18); a proposed family has one once a list names it."""


LIST = """
import json, sys
from dbt.cli.main import dbtRunner

*places, first, second = sys.argv[1:]
keys = ["--output", "json", "--output-keys", "unique_id", "resource_type"]
silent = ["--quiet", "--log-level-file", "none", "--no-write-json"]
found = {}
for half in (first, second):
    done = dbtRunner().invoke([*silent, "ls", *places, "--select", f"tag:{half}", *keys])
    assert done.success, done.exception
    found[half] = done.result
print(json.dumps(found))
"""
"""Both halves in one process, which reads the project once."""


@pytest.fixture(scope="session")
def nodes(parsed) -> dict[str, dict]:
    everything = parsed.manifest["nodes"] | parsed.manifest["unit_tests"]
    return {name: node for name, node in everything.items() if node["resource_type"] in KINDS}


@pytest.fixture(scope="session")
def selected(parsed, python) -> dict[str, list[str]]:
    """The nodes that dbt selects for each half."""
    done = python(LIST, parsed.folder.parent, *HALVES)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    found = {}
    for half, listed in json.loads(done.stdout.splitlines()[-1]).items():
        nodes = map(json.loads, listed)
        found[half] = [one["unique_id"] for one in nodes if one["resource_type"] in KINDS]
    return found


@pytest.mark.slow  # has dbt list both halves
def test_every_node_runs_in_exactly_one_half(nodes, selected):
    assert sorted(selected["pre_identity"] + selected["post_identity"]) == sorted(nodes)


@pytest.mark.slow  # has dbt list both halves
def test_a_half_waits_for_nothing_of_the_later_half(nodes, selected):
    first = set(selected["pre_identity"])
    later = {
        name: [parent for parent in nodes[name]["depends_on"]["nodes"] if parent in nodes and parent not in first]
        for name in first
    }
    assert not any(later.values()), later


@pytest.mark.slow  # has dbt list both halves
def test_the_first_half_does_not_read_what_is_written_after_it(parsed, nodes, selected):
    after = {name for name, one in parsed.manifest["sources"].items() if one["source_name"] == "identity"}
    assert after
    assert not [name for name in selected["pre_identity"] if after.intersection(nodes[name]["depends_on"]["nodes"])]


def test_the_manifest_holds_no_path_of_a_machine(parsed, project):
    """Except what dbt itself writes: the paths of seeds and of compiled SQL."""
    own = {"root_path": None, "compiled_path": None}
    nodes = {name: node | own for name, node in parsed.manifest["nodes"].items()}
    text = json.dumps(parsed.manifest | {"nodes": nodes})
    assert str(project) not in text
    assert str(parsed.folder.parent) not in text


def test_every_model_and_column_is_described(nodes):
    bare = [
        name
        for name, node in nodes.items()
        if node["resource_type"] in ("model", "seed")
        and not (node["description"] and node["columns"] and all(c["description"] for c in node["columns"].values()))
    ]
    assert bare == []


def test_every_mart_has_a_contract_and_a_tested_grain(nodes):
    marts = {
        name
        for name, node in nodes.items()
        if node["path"].startswith(("marts/", "quality/")) and node["resource_type"] == "model"
    }
    tested = {
        node["attached_node"]
        for node in nodes.values()
        if (node.get("test_metadata") or {}).get("name") in ("unique", "unique_together", "rows_to_act_on")
    }
    assert marts
    assert [name for name in marts if not nodes[name]["config"]["contract"]["enforced"]] == []
    assert marts - tested == set()


def test_the_gates_models_are_unit_tested_and_not_published(nodes):
    counted = {name: node for name, node in nodes.items() if node["resource_type"] == "model" and _of_gate(node)}
    tested = {parent for node in nodes.values() if node["resource_type"] == "unit_test" for parent in _parents(node)}
    assert counted
    assert {node["database"] for node in counted.values()} == {"staging"}
    assert counted.keys() - tested == set()


def _of_gate(node: dict) -> bool:
    return node["path"].startswith("quality/")


def _parents(node: dict) -> list[str]:
    return node.get("depends_on", {}).get("nodes", [])


def test_columns_about_people_are_marked(nodes):
    wanted = dict.fromkeys(PERSONAL, True) | dict.fromkeys(SPECIFIC, "specific")
    marks = {
        (name, column): (about["config"].get("meta") or about["meta"]).get("personal")
        for name, node in nodes.items()
        if node["resource_type"] == "model"
        for column, about in node["columns"].items()
        if column in wanted
    }
    assert {column for _, column in marks} == set(wanted)
    assert {place: mark for place, mark in marks.items() if mark != wanted[place[1]]} == {}


def test_every_source_has_its_inputs_and_mentions(parsed, nodes):
    sources = {source.name for source in all_sources()}
    assert {one["name"] for one in parsed.manifest["sources"].values() if one["source_name"] == "accepted"} == sources
    mentioned = {node["name"].partition("mention_household__")[2] for node in nodes.values()}
    assert OF_NO_HOUSEHOLD.isdisjoint(mentioned)
    people = {
        source.name
        for source in all_sources()
        if {"nik", "no_kk"} & {field.type.name for field in source.contract.fields}
    }
    assert people - mentioned - OF_NO_HOUSEHOLD == set()


def test_every_model_of_a_sources_mentions_is_once_in_the_union_of_its_kind(nodes):
    project = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))
    assert all(len(set(sources)) == len(sources) for sources in project["vars"]["mentions"].values())
    united: dict[str, set[str]] = {}
    for node in nodes.values():
        if node["resource_type"] == "model" and node["schema"] == "mentions":
            for parent in _parents(node):
                united.setdefault(parent, set()).add(node["name"])
    of_sources = {name: node["name"] for name, node in nodes.items() if node["name"].startswith("mention_")}
    assert of_sources
    for unique_id, name in of_sources.items():
        kind = name.partition("__")[0].removeprefix("mention_")
        unions = {f"{kind}_mention_versions", f"{kind}_mention"}
        assert united.get(unique_id, set()) & unions, f"{name} is not in `mentions` of dbt_project.yml"


def test_the_province_is_named_once():
    project = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))
    assert project["vars"]["province"] == PROVINCE
    naming = [path for kind in ("models", "macros", "tests") for path in (PROJECT / kind).rglob("*.sql")]
    assert naming
    assert not [path.name for path in naming if f"'{PROVINCE}'" in path.read_text(encoding="utf-8")]


def test_what_progress_does_not_rebuild_knows_nothing_of_the_field(parsed):
    """Views on the published load would show the submissions of yesterday."""
    seen = _seen_by_progress(parsed.manifest)
    assert seen
    assert {one for one in seen if _field_sources_of(parsed.manifest, one)} == set()


def test_progress_rebuilds_only_what_submissions_change_and_what_is_made_of_reference_lists(parsed):
    """All else is seen in the published load: rebuilding it would cost more with every family in the register."""
    nodes = parsed.manifest["nodes"]
    others = [one for one in shadow.rebuilt(parsed.manifest) if not _field_sources_of(parsed.manifest, one)]
    parents = {parent for one in others for parent in _parents(nodes[one])}
    assert {nodes.get(parent, {}).get("resource_type") for parent in parents} <= {"seed"}


def test_progress_reads_no_file_but_those_of_the_field_and_of_the_load(parsed):
    """Other sources' rows are read once, by the load; identity's links are in its tables."""
    nodes, sources = parsed.manifest["nodes"], parsed.manifest["sources"]
    read = {one for model in shadow.rebuilt(parsed.manifest) for one in _parents(nodes[model]) if one in sources}
    names = {(sources[one]["source_name"], sources[one]["name"]) for one in read}
    of_load = {("inputs", name) for name in ("load", "loads", "deliveries", "coverage", "sources")}
    assert names <= of_load | {("accepted", source.name) for source in field_sources()}
    files = re.compile(r"read_parquet\('inputs/(\w+)")
    sql = [parsed.sql(nodes[model]["name"]) for model in shadow.rebuilt(parsed.manifest)]
    assert {name for text in sql for name in files.findall(text)} <= {name for _, name in names}


def _seen_by_progress(manifest: dict) -> set[str]:
    """The models that progress sees in the published load."""
    rebuilt = shadow.rebuilt(manifest)
    parents = {parent for model in rebuilt for parent in _parents(manifest["nodes"][model])}
    return {parent for parent in parents - set(rebuilt) if parent in manifest["nodes"]}


def _field_sources_of(manifest: dict, node: str) -> set[str]:
    """The sources of the field that a node is made of."""
    wanted = {source.name for source in field_sources()}
    found, left = set(), [node]
    while left:
        one = left.pop()
        if one in found:
            continue
        found.add(one)
        left += _parents(manifest["nodes"].get(one, {}))
    accepted = {name for name, source in manifest["sources"].items() if source["source_name"] == "accepted"}
    return {name.split(".")[-1] for name in found & accepted} & wanted
