"""The gate decides whether a load may be published, from dbt's results, the reconciliation and the expectations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import pyarrow as pa

from assets.ledger_rows import LoadState
from assets.load import Load
from assets.publication import tables, verdict
from assets.publication.dbt_results import NodeResult, read_results
from assets.publication.metrics import measure
from assets.publication.reconciliation import reconcile
from assets.publication.verdict import Failure, Judgement
from validations.expectations.suite import Finding, run_suite, within


def judge(load: Load, dbt_results: Sequence[Path], manifest: Path | None = None) -> Judgement:
    """Judge a built load, store the verdict in its folder, write the quality report, and set its state to `gated`.

    `dbt_results`: the `run_results.json` of both halves; `manifest` defaults to the one next to the last of them. If
    dbt did not complete the build, nothing else is evaluated.

    Raises:
        FileNotFoundError: a half of dbt left no results.
        duckdb.Error: a table that the gate counts is missing.
        validations.expectations.suite.ExpectationError: an expectation could not be evaluated.
    """
    verdict.forget(load)
    nodes = read_results(dbt_results, manifest)
    broken = any(node.broken for node in nodes)
    reconciliation, metrics = tables.RECONCILIATION.arrow([]), tables.GATE_METRICS.arrow([])
    findings: list[Finding] = []
    if not broken:
        reconciliation, metrics = reconcile(load), measure(load)
        findings = run_suite(metrics.to_pandas())
        metrics = metrics.append_column("passed", pa.array(within(findings, metrics.num_rows), pa.bool_()))
    rows = [*_of_dbt(nodes), *_of_laws(reconciliation), *map(_of_finding, findings)]
    failures = [
        Failure(row["checker"], row["name"], row["detail_id"], row["detail_en"])
        for row in rows
        if not row["passed"] and row["severity"] == "error"
    ]
    results = tables.GATE_RESULTS.arrow({"load_id": load.load_id, **row} for row in rows)
    judgement = Judgement(not failures, broken, failures, metrics, results, reconciliation)
    verdict.save(load, judgement)
    with load.ledger() as ledger:
        ledger.set_state(load.load_id, LoadState.GATED)
    return judgement


def _of_dbt(nodes: Iterable[NodeResult]) -> Iterable[dict]:
    for node in nodes:
        detail_id, detail_en = None, None
        if node.broken:
            detail_id = f"dbt: {node.name} tidak selesai ({node.status})"
            detail_en = f"dbt: {node.name} did not complete ({node.status})"
        elif not node.passed:
            detail_id = f"dbt: pemeriksaan {node.name} menemukan {node.rows} baris"
            detail_en = f"dbt: check {node.name} found {node.rows} rows"
        yield {
            "checker": "dbt",
            "name": node.name,
            "severity": "error" if node.fatal or node.passed else node.severity,
            "passed": node.passed,
            "observed": node.status,
            "detail_id": detail_id,
            "detail_en": detail_en,
        }


def _of_laws(reconciliation: pa.Table) -> Iterable[dict]:
    """One row per law; quality.reconciliation has the pairs of a law."""
    rows = reconciliation.select(["name", "passed"]).to_pylist()
    pairs = Counter(row["name"] for row in rows)
    wrong = Counter(row["name"] for row in rows if not row["passed"])
    for law, number in pairs.items():
        yield {
            "checker": "reconciliation",
            "name": law,
            "severity": "error",
            "passed": not wrong[law],
            "observed": f"{wrong[law]}/{number}",
            "detail_id": f"Rekonsiliasi {law}: {wrong[law]} dari {number} pasangan angka tidak sama",
            "detail_en": f"Reconciliation {law}: {wrong[law]} of {number} pairs of numbers differ",
        }


def _of_finding(finding: Finding) -> dict:
    return {
        "checker": "great_expectations",
        "name": finding.name,
        "severity": finding.severity,
        "passed": finding.passed,
        "observed": str(finding.deviations),
        "detail_id": f"{finding.title_id}: {finding.deviations} nilai menyimpang",
        "detail_en": f"{finding.title_en}: {finding.deviations} values deviate",
    }
