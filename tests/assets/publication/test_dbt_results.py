"""What must not be published is removed from dbt's result files."""

from __future__ import annotations

import json

import pytest

from assets.publication.dbt_results import read_results


@pytest.fixture
def read(tmp_path):
    def write(nodes: dict[str, dict], *halves: dict[str, str]):
        manifest = {
            name: {"resource_type": name.split(".")[0], "config": {"enabled": True, **config}}
            for name, config in nodes.items()
        }
        paths = []
        for number, half in enumerate(halves):
            path = tmp_path / str(number) / "run_results.json"
            path.parent.mkdir()
            results = [
                {"unique_id": name, "status": status, "failures": None, "message": "value 3601"}
                for name, status in half.items()
            ]
            path.write_text(json.dumps({"results": results}))
            path.with_name("manifest.json").write_text(json.dumps({"nodes": manifest}))
            paths.append(path)
        return {result.name: result for result in read_results(paths)}

    return write


def test_the_halves_together_must_cover_the_manifest(read):
    results = read({"model.s.a": {}, "model.s.b": {}, "test.s.t": {}}, {"model.s.a": "success"}, {"test.s.t": "pass"})
    assert {name for name, result in results.items() if not result.passed} == {"model.b"}
    assert (results["model.b"].status, results["model.b"].broken) == ("missing", True)


def test_nodes_that_dbt_never_runs_are_not_expected(read):
    nodes = {"model.s.e": {"materialized": "ephemeral"}, "test.s.off": {"enabled": False}, "analysis.s.x": {}}
    assert read(nodes, {}) == {}


def test_a_warning_is_not_a_failure(read):
    nodes = {"test.s.soft": {"severity": "warn"}, "test.s.counted": {"severity": "error"}, "test.s.hard": {}}
    results = read(nodes, {"test.s.soft": "warn", "test.s.counted": "warn", "test.s.hard": "fail"})
    assert {name for name, result in results.items() if result.fatal} == {"test.hard"}
    assert not any(result.broken for result in results.values())


@pytest.mark.parametrize("status", ["error", "runtime error", "skipped", "partial success"])
def test_a_model_or_hook_that_did_not_complete_breaks_the_build(read, status):
    results = read({"model.s.a": {}}, {"model.s.a": status, "operation.s.hook": status})
    assert all(result.broken and result.fatal for result in results.values())


def test_a_test_that_is_only_a_warning_but_could_not_run_breaks_the_build(read):
    assert read({"test.s.soft": {"severity": "warn"}}, {"test.s.soft": "error"})["test.soft"].fatal


def test_dbts_messages_are_not_copied(read):
    assert "3601" not in str(read({"model.s.a": {}}, {"model.s.a": "error"}))
