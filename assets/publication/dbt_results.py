"""Reads the results of dbt's two halves from their own files: a load with a node that failed or did not run is not
published.

dbt's messages are not copied, because a database error may quote a value of a row. They are in the load's log.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_BUILT = ("model", "seed", "snapshot")
_GOOD = ("success", "pass", "no-op")


@dataclass(frozen=True)
class NodeResult:
    """One node of dbt. `status`: dbt's status, or `missing` if neither half ran it; `rows`: failing rows of a test."""

    name: str
    kind: str
    status: str
    severity: str
    rows: int | None = None

    @property
    def passed(self) -> bool:
        return self.status in _GOOD

    @property
    def broken(self) -> bool:
        """Whether something was not built or a test could not run: not a finding about the data."""
        return not self.passed and (self.kind in _BUILT or self.status not in ("fail", "warn"))

    @property
    def fatal(self) -> bool:
        return self.broken or (not self.passed and self.severity == "error")


def read_results(run_results: Sequence[Path], manifest: Path | None = None) -> list[NodeResult]:
    """Read one result per model, seed, snapshot and test of the manifest from the `run_results.json` of all halves.

    `manifest`: by default the `manifest.json` next to the last of them.

    Raises:
        FileNotFoundError: a file is missing, because a half of dbt did not complete.
    """
    manifest = manifest or run_results[-1].with_name("manifest.json")
    nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"]
    ran = {
        result["unique_id"]: result
        for path in run_results
        for result in json.loads(path.read_text(encoding="utf-8"))["results"]
    }
    expected = {unique_id: node for unique_id, node in nodes.items() if _runs(node)}
    results = [_result(unique_id, node, ran.get(unique_id)) for unique_id, node in expected.items()]
    unlisted = [_unlisted(result) for unique_id, result in ran.items() if unique_id not in expected]
    return sorted([*results, *unlisted], key=lambda result: result.name)


def _runs(node: dict) -> bool:
    config = node.get("config", {})
    if not config.get("enabled", True) or config.get("materialized") == "ephemeral":
        return False
    return node["resource_type"] in (*_BUILT, "test")


def _result(unique_id: str, node: dict, result: dict | None) -> NodeResult:
    severity = node.get("config", {}).get("severity") or "error"
    status = result["status"] if result else "missing"
    rows = result.get("failures") if result else None
    return NodeResult(_short(unique_id), node["resource_type"], status, _severity(severity, status), rows)


def _unlisted(result: dict) -> NodeResult:
    """A node that ran but is not a model or test of the manifest: a hook, a unit test."""
    kind = result["unique_id"].split(".")[0]
    return NodeResult(_short(result["unique_id"]), kind, result["status"], "error", result.get("failures"))


def _severity(configured: str, status: str) -> str:
    """The severity of a result. A test with `error_if` decides by its count, and dbt reports `warn` whatever the
    configured severity.
    """
    return "warning" if configured.lower() == "warn" or status == "warn" else "error"


def _short(unique_id: str) -> str:
    """The name without the project, as in dbt's log: `test.unique_dim_person.9f3`."""
    kind, _, rest = unique_id.partition(".")
    return f"{kind}.{rest.partition('.')[2] or rest}"
