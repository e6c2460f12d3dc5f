"""The steps of docs/sources.md, carried out in a copy of the repository, add a source that works like any other."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from assets.field_type_list import PAGE, constructors, listing, with_listing

ROOT = Path(__file__).parents[1]
CODE = ("agreements", "assets", "dbt_project", "docs", "field", "orchestration", "simulation", "tests", "validations")
PROJECT = "dbt_project/dbt_project.yml"
SHARED = re.compile(rf"^(docs/(kontrak/|sources\.md)|.*dpmd|{PROJECT})")
"""Files that may change: generated pages, the agency's own files, and one list."""


def blocks() -> list[tuple[str, str, str]]:
    """(language, file or none, text) of each block of the page that is to be used."""
    found = re.findall(r"^```(\w+) ?(\S*)\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return [block for block in found if block[1] or block[0] == "sh"]


def test_the_page_lists_the_field_types_as_they_are():
    page = PAGE.read_text(encoding="utf-8")
    assert with_listing(page) == page, "python -m assets.field_type_list"
    assert {"nik", "village_code", "coded"} <= set(constructors())
    assert "`integer(low, high)`" in listing()


def test_a_page_without_a_place_for_the_list_is_an_error():
    with pytest.raises(ValueError, match="no place"):
        with_listing("# A page\n")


@pytest.fixture(scope="module")
def tree(tmp_path_factory) -> Path:
    """A copy in which all steps of the page were carried out."""
    tree = tmp_path_factory.mktemp("tree") / "sadaya"
    tree.mkdir()
    leave = shutil.ignore_patterns("__pycache__", "target", "logs")
    for name in CODE:
        shutil.copytree(ROOT / name, tree / name, ignore=leave)
    bin_folder = tree / "bin"
    bin_folder.mkdir()
    for name, module in (("python", ""), ("sadaya", " -c 'from orchestration.cli import main; main()'")):
        (bin_folder / name).write_text(f'#!/bin/sh\nexec "{sys.executable}"{module} "$@"\n', encoding="utf-8")
        (bin_folder / name).chmod(0o755)
    for language, path, text in blocks():
        if language == "sh":
            do(tree, "bash", "-euo", "pipefail", "-c", text.replace("/tmp/blt", str(tree / "blt")))  # noqa: S108
        else:
            (tree / path).write_text(text, encoding="utf-8")
    return tree


def do(tree: Path, *command: str) -> str:
    environment = {**os.environ, "PATH": f"{tree / 'bin'}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(tree)}
    done = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
    return done.stdout


@pytest.mark.slow  # copies the repository and parses its dbt project
def test_only_files_of_the_agency_are_new(tree):
    changed = [
        str(path.relative_to(tree))
        for name in CODE
        for path in sorted((tree / name).rglob("*"))
        if path.is_file() and not {"__pycache__", "target", "logs"} & set(path.parts)
        if not (ROOT / path.relative_to(tree)).exists()
        or (ROOT / path.relative_to(tree)).read_bytes() != path.read_bytes()
    ]
    assert [path for path in changed if not SHARED.match(path)] == []
    written = [path for path in changed if "dpmd" in path]
    assert len(written) == 8
    assert "docs/kontrak/dpmd_blt.md" in written
    before, after = ((folder / PROJECT).read_text(encoding="utf-8").splitlines() for folder in (ROOT, tree))
    assert [line for line in after if "dpmd" not in line] == before
    assert len(after) - len(before) == 2, "a line for each kind of mention"


@pytest.mark.slow  # runs tests of the copy
def test_tests_of_every_source_include_the_new_one(tree):
    """No test needs a change for it."""
    where = [
        "tests/assets/test_sources.py",
        "tests/assets/test_contract_pages.py",
        "tests/validations/test_contracts.py",
        "tests/orchestration/test_definitions.py",
    ]
    quiet = ["-q", "-p", "no:cacheprovider", "-n", "0", "-c", str(ROOT / "pyproject.toml"), f"--rootdir={tree}"]
    told = do(tree, "python", "-m", "pytest", *quiet, "-m", "not slow", "-k", SELECTED, *where)
    assert re.search(r"[1-9]\d* passed", told)
    assert "failed" not in told


SELECTED = (
    "test_sources or test_contract_pages or dpmd or every_rule or every_source or reviewed or group_and_a_description"
)


@pytest.mark.slow  # of the same copy
def test_its_models_and_columns_are_described_and_tested(tree):
    manifest = json.loads((tree / "dbt_project" / "target" / "manifest.json").read_text(encoding="utf-8"))
    nodes = manifest["nodes"].values()
    models = [node for node in nodes if node["resource_type"] == "model" and "dpmd" in node["name"]]
    assert len(models) == 4
    united = next(node for node in nodes if node["name"] == "person_mention_versions")["depends_on"]["nodes"]
    assert "model.sadaya.mention_person__dpmd_blt" in united
    assert all(node["description"] and all(c["description"] for c in node["columns"].values()) for node in models)
    assert "monthly_amount" in next(node for node in models if node["name"] == "stg_dpmd__blt")["columns"]
    assert {node["test_metadata"]["name"] for node in nodes if "dpmd" in (node.get("attached_node") or "")} == {
        "newest_snapshot",
        "unique_together",
    }
