"""dbt through its Python API: its events, where it writes, how it ends; and how the project builds its models."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.dbt import resource
from orchestration.dbt_manifest import PROJECT
from orchestration.version import ROOT

pytestmark = pytest.mark.slow  # each starts dbt

CONTRACT = """
models:
  - name: kept
    config: {contract: {enforced: true}}
    columns: [{name: n, data_type: integer, data_tests: [not_null]}, {name: word, data_type: varchar}]
  - name: wrong_type
    config: {contract: {enforced: true}}
    columns: [{name: n, data_type: bigint}]
  - name: wrong_order
    config: {contract: {enforced: true}}
    columns: [{name: word, data_type: varchar}, {name: n, data_type: integer}]
  - name: one_too_many
    config: {contract: {enforced: true}}
    columns: [{name: n, data_type: integer}]
"""
FILES = {
    "dbt_project.yml": "name: small\nversion: '1.0'\nprofile: small\n",
    "profiles.yml": "small: {target: t, outputs: {t: {type: duckdb, path: small.duckdb}}}\n",
    "models/contracts.yml": CONTRACT,
    "models/kept.sql": "{{ config(materialized='table') }} select 1 as n, 'a' as word",
    "models/seen.sql": "{{ config(materialized='view', post_hook='create table after_it as select 1') }} select 2",
    "models/wrong_type.sql": "select 1::integer as n",
    "models/wrong_order.sql": "select 1 as n, 'a' as word",
    "models/one_too_many.sql": "select 1 as n, 'a' as word",
}


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    for name, text in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    (folder / "macros").mkdir()
    shutil.copy(PROJECT / "macros" / "materializations.sql", folder / "macros")
    return folder


def run(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run dbt as Dagster does."""
    target = project / "target"
    target.mkdir(exist_ok=True)
    dbt = resource()
    return subprocess.run(
        [dbt.dbt_executable, *dbt.global_config_flags, *arguments],
        cwd=project,
        env=os.environ | {"DBT_TARGET_PATH": str(target), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def built(project) -> subprocess.CompletedProcess[str]:
    return run(project, "build")


def results(project: Path) -> dict[str, str]:
    written = json.loads((project / "target" / "run_results.json").read_text())["results"]
    return {result["unique_id"].split(".")[2]: result["status"] for result in written}


def test_a_model_is_built_if_it_keeps_its_contract(built, project):
    assert built.returncode == 1
    assert results(project) == {
        "kept": "success",
        "seen": "success",
        "not_null_kept_n": "pass",
        "wrong_type": "error",
        "wrong_order": "error",
        "one_too_many": "error",
    }
    select = "import duckdb; print(duckdb.connect('small.duckdb').sql('from kept, seen, after_it').fetchall())"
    read = subprocess.run([sys.executable, "-c", select], cwd=project, capture_output=True, text=True)
    assert read.stdout.strip() == "[(1, 'a', 2, 1)]"


def test_a_broken_contract_names_the_first_column_that_differs(built, project):
    log = (project / "target" / "dbt.log").read_text()
    assert "column 1 is to be n BIGINT, but is n INTEGER" in log
    assert "column 1 is to be word VARCHAR, but is n INTEGER" in log
    assert "column 2 is to be nothing, but is word VARCHAR" in log


def test_messages_are_json_from_level_info(built):
    events = [json.loads(line)["info"] for line in built.stdout.splitlines()]
    assert {info["level"] for info in events} == {"info", "error"}
    assert sum(info["name"] == "LogModelResult" for info in events) == 5
    assert [info["msg"] for info in events].count("rows built: 1") == 1, "of the only table"


def test_a_second_build_replaces_the_first(built, project):
    assert run(project, "build", "--select", "kept").returncode == 0


def test_errors_of_dbt_are_in_its_log(project):
    assert run(project, "build", "--select", "kept", "--no-such-option").returncode == 2
    assert "no-such-option" in (project / "target" / "dbt.log").read_text()
