"""Stores the gate's verdict in the load's folder (`gate/`) between judging and publishing."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from assets import durable
from assets.home import LoadFolder
from assets.load import Load
from assets.publication.tables import GATE_METRICS, GATE_RESULTS, RECONCILIATION, Table


@dataclass(frozen=True)
class Failure:
    """One reason not to publish. Its sentences have names of checks and counts only, never a value of a row."""

    checker: str
    name: str
    id: str
    en: str


@dataclass(frozen=True)
class Judgement:
    """The gate's verdict. `broken`: the build is incomplete, which cannot be overridden.

    `metrics`, `results`, `reconciliation` have the columns of the tables of the same name in schema `quality`.
    """

    passed: bool
    broken: bool
    failures: list[Failure]
    metrics: pa.Table
    results: pa.Table
    reconciliation: pa.Table


def save(load: Load, judgement: Judgement) -> None:
    """Store the verdict in the load's folder; `judgement.json` is written last, so a readable verdict is complete."""
    folder = _folder(load.folder)
    folder.mkdir(parents=True, exist_ok=True)
    for table, rows in _parts(judgement).items():
        pq.write_table(rows, folder / f"{table.name}.parquet")
    stored = {
        "passed": judgement.passed,
        "broken": judgement.broken,
        "failures": [asdict(failure) for failure in judgement.failures],
    }
    durable.write_text(folder / "judgement.json", json.dumps(stored, ensure_ascii=False, indent=2), 0o640)


def read(load: Load) -> Judgement:
    """Read the verdict on a load.

    Raises:
        FileNotFoundError: it was not judged.
    """
    folder = _folder(load.folder)
    stored = json.loads((folder / "judgement.json").read_text(encoding="utf-8"))
    return Judgement(
        stored["passed"],
        stored["broken"],
        [Failure(**failure) for failure in stored["failures"]],
        *(pq.read_table(folder / f"{table.name}.parquet") for table in (GATE_METRICS, GATE_RESULTS, RECONCILIATION)),
    )


def read_or_none(load: Load) -> Judgement | None:
    """Read the verdict on a load; None if it was not judged."""
    return read(load) if (_folder(load.folder) / "judgement.json").exists() else None


def forget(load: Load) -> None:
    """Remove an earlier verdict on this load, before it is judged again."""
    (_folder(load.folder) / "judgement.json").unlink(missing_ok=True)


def _folder(load: LoadFolder) -> Path:
    return load.root / "gate"


def _parts(judgement: Judgement) -> dict[Table, pa.Table]:
    return {
        GATE_METRICS: judgement.metrics,
        GATE_RESULTS: judgement.results,
        RECONCILIATION: judgement.reconciliation,
    }
