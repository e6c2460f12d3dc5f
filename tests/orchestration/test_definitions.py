"""Dagster's definitions: they load anywhere, every asset has a description, and changes are visible in review."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from assets.sources import agencies, agency_of, all_sources
from orchestration import dbt, dbt_manifest, submissions, warehouse
from orchestration.intake import accepted_key, landed_key, raw_key
from orchestration.version import ROOT

SNAPSHOT = Path(__file__).with_name("definitions.txt")

BARE = """
import socket
def refuse(*_, **__): raise AssertionError("network")
socket.socket.connect = socket.create_connection = refuse
from orchestration.definitions import defs
print(len(defs.get_repository_def().asset_graph.get_all_asset_keys()))
"""


@pytest.fixture(scope="module")
def repository() -> dg.RepositoryDefinition:
    from orchestration.definitions import defs

    return defs.get_repository_def()


@pytest.fixture(scope="module")
def graph(repository):
    return repository.asset_graph


@pytest.mark.slow  # loads them in a process of its own
def test_they_load_without_home_landing_network_or_path(repository, tmp_path):
    finished = subprocess.run(
        [sys.executable, "-c", BARE],
        cwd=ROOT,
        env={"PATH": "/nowhere", "HOME": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
    )
    assert finished.returncode == 0, finished.stderr
    assert int(finished.stdout) > 3 * len(list(all_sources()))
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_dbt_is_the_one_of_this_environment():
    assert Path(dbt_manifest.executable()).parent == Path(sys.executable).parent
    assert os.access(dbt_manifest.executable(), os.X_OK)


def test_every_asset_has_a_group_and_a_description(graph):
    for key in graph.get_all_asset_keys():
        node = graph.get(key)
        assert node.group_name not in (None, "default"), key
        assert node.description, key


def test_every_asset_has_one_owner(graph):
    owners = {key: graph.get(key).owners for key in graph.get_all_asset_keys()}
    assert all(len(of_asset) == 1 for of_asset in owners.values())
    assert owners[dg.AssetKey(["stg", "stg_dinsos__pkh"])] == ["team:dinsos"]
    assert owners[dg.AssetKey(["marts", "dim_household"])] == ["team:sadaya"]
    assert owners[dg.AssetKey(["marts", "worklist_dindik_not_in_school"])] == ["team:dindik"]


def test_a_pull_can_be_materialized_alone(repository, graph):
    pulled = {landed_key(source) for source in all_sources() if source.pull}
    assert repository.get_job("pull").asset_layer.executable_asset_keys == pulled
    assert all(graph.get(landed_key(source)).is_executable == bool(source.pull) for source in all_sources())


def test_a_whole_load_makes_the_nightly_jobs_assets(repository):
    from orchestration.definitions import defs

    assert defs.resources["load"].assets == len(repository.get_job("nightly").asset_layer.executable_asset_keys)


def test_every_asset_is_made_by_the_nightly_job_landed_or_made_between_two(repository, graph):
    job = repository.get_job("nightly")
    made = job.asset_layer.executable_asset_keys
    assert {key for key in graph.get_all_asset_keys() if key.path[-1] != "landed"} == made | {submissions.KEY}
    assert repository.get_job("progress").asset_layer.executable_asset_keys == {submissions.KEY}


def test_every_dbt_node_is_in_exactly_one_half(repository):
    first, second = dbt.halves()
    assert not first.keys & second.keys
    manifest = dbt_manifest.read_manifest()
    built = {
        node["name"]
        for node in manifest["nodes"].values()
        if node["resource_type"] in ("model", "seed") and node["config"]["materialized"] != "ephemeral"
    }
    assert {key.path[-1] for key in first.keys | second.keys} == built
    for node in manifest["nodes"].values():
        if node["resource_type"] in ("model", "seed", "test"):
            assert len(_halves_of(manifest, node)) == 1, node["unique_id"]


def _halves_of(manifest: dict, node: dict) -> list[str]:
    """The halves that run a node: by its tag; a test also in the half that has all its inputs (`cautious`)."""
    tags = set(node["tags"])
    if node["resource_type"] == "test":
        read = [manifest["nodes"].get(name, {"tags": []}) for name in node["depends_on"]["nodes"]]
        tags |= set.intersection(*(set(parent["tags"]) for parent in read)) if read else set()
    return [half for half in dbt.HALVES if half in tags]


def test_staging_waits_for_all_that_was_accepted(graph):
    for source in all_sources():
        assert accepted_key(source) in graph.get(dbt.INPUTS).parent_keys
        assert raw_key(source) in graph.get(accepted_key(source)).parent_keys


def test_every_source_has_its_assets_checks_and_staging_in_its_agencys_group(graph):
    checked = {key.asset_key for key in graph.asset_check_keys}
    for source in all_sources():
        group = agency_of(source).group
        for key in (landed_key(source), raw_key(source), accepted_key(source)):
            assert graph.get(key).group_name == group
        assert accepted_key(source) in checked
        export = source.name.removeprefix(f"{group}_")
        for model in (f"stg_{group}__{export}", f"stg_{group}__{export}_versions"):
            assert graph.get(dg.AssetKey(["stg", model])).group_name == group


def test_identity_lies_between_the_halves(graph):
    first, second = dbt.halves()
    links = dg.AssetKey(["identity", "person_links"])
    assert graph.get(links).parent_keys <= first.keys
    records = dg.AssetKey(["marts", "person_records"])
    assert records in second.keys
    assert links in graph.get_ancestor_asset_keys(records)


def test_lineage_runs_from_an_agencys_staging_through_mentions_to_identity_and_to_marts(graph):
    staged = dg.AssetKey(["stg", "stg_dinsos__pkh_versions"])
    mentions = {dg.AssetKey(["mentions", f"{kind}_mention"]) for kind in ("person", "household", "programme")}
    for mention in mentions:
        assert staged in graph.get_ancestor_asset_keys(mention)
    assert graph.get_ancestor_asset_keys(dg.AssetKey(["identity", "household_links"])) > mentions - {
        dg.AssetKey(["mentions", "programme_mention"])
    }
    assert graph.get_ancestor_asset_keys(dg.AssetKey(["marts", "fct_enrolment"])) > mentions
    accepted = {accepted_key(source) for source in all_sources() if source.name == "dinsos_pkh"}
    assert graph.get_ancestor_asset_keys(dg.AssetKey(["marts", "fct_enrolment"])) > accepted


def test_publication_waits_for_the_whole_warehouse(graph):
    _, second = dbt.halves()
    assert graph.get_ancestor_asset_keys(warehouse.WAREHOUSE) >= {warehouse.GATE, *second.keys}


def test_marts_show_their_columns(graph):
    schema = graph.get(dg.AssetKey(["marts", "dim_household"])).metadata["dagster/column_schema"]
    assert "household_id" in {column.name for column in schema.columns}


def test_the_manifest_contains_no_path_of_this_machine():
    assert str(ROOT) not in _without_root_path(dbt_manifest.manifest().read_text(encoding="utf-8"))


def _without_root_path(text: str) -> str:
    """dbt records the project's folder as `root_path`; no SQL and no path of data may contain it."""
    import json

    read = json.loads(text)
    for node in (*read["nodes"].values(), *read["sources"].values(), *read["macros"].values()):
        node.pop("root_path", None)
    read["metadata"].pop("project_root", None)
    return json.dumps(read)


def test_the_manifest_is_made_once_for_each_content(monkeypatch):
    made = dbt_manifest.manifest()
    monkeypatch.setattr(dbt_manifest, "_parse", lambda *_: pytest.fail("parsed again"))
    assert dbt_manifest.manifest() == made


def describe(repository: dg.RepositoryDefinition) -> str:
    """All names except those of each source, one per line: a new source changes nothing here."""
    graph = repository.asset_graph
    groups = {key: graph.get(key).group_name for key in graph.get_all_asset_keys()}
    shared = {key: group for key, group in groups.items() if group not in {agency.group for agency in agencies()}}
    lines = [f"asset {key.to_user_string()} [{group}]" for key, group in shared.items()]
    lines += [f"check {key.asset_key.to_user_string()}:{key.name}" for key in graph.asset_check_keys if _ours(key)]
    lines += [f"job {name}" for name in repository.job_names if not name.startswith("__")]
    lines += [f"schedule {each.name} {each.cron_schedule}" for each in repository.schedule_defs]
    lines += [f"sensor {each.name} {each.default_status.value}" for each in repository.sensor_defs]
    return "\n".join(sorted(lines)) + "\n"


def _ours(key: dg.AssetCheckKey) -> bool:
    """dbt's tests are checks too; they are listed in the dbt project."""
    return key.asset_key.path[0] == "publication"


def test_the_definitions_are_those_that_were_reviewed(repository):
    assert describe(repository) == SNAPSHOT.read_text(encoding="utf-8"), (
        "the definitions changed; if that is meant: python tests/orchestration/test_definitions.py"
    )


if __name__ == "__main__":
    from orchestration.definitions import defs

    SNAPSHOT.write_text(describe(defs.get_repository_def()), encoding="utf-8")
