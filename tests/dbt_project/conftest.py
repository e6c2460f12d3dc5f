"""A small load folder in the format of intake and identity, and the dbt project's SQL to run on it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import duckdb
import polars as pl
import pytest

from assets.publication.yesterday import TABLES
from assets.sources import all_sources
from orchestration.dbt_manifest import manifest, read_manifest
from tests.shared import once
from validations.engine import accepted_schema
from validations.evidence import DELETIONS, QUARANTINE, empty
from validations.sql import literal

PROJECT = Path(__file__).resolve().parents[2] / "dbt_project"
_KINDS = {"varchar": pl.String, "date": pl.Date, "tinyint": pl.Int8, "integer": pl.Int32, "boolean": pl.Boolean}
YESTERDAY = {name: {column: _KINDS[kind] for column, kind in columns.items()} for name, (_, columns) in TABLES.items()}
"""Schemas of the inputs from the previous publication."""
SCHEMAS = {source.name: accepted_schema(source.contract) for source in all_sources()}


def run_dbt(command: str, work: Path, *arguments: str, **places: Path) -> subprocess.CompletedProcess[str]:
    """Run dbt as Dagster does, with the interpreter of the tests; its output is written under `work`."""
    (work / "target").mkdir(parents=True, exist_ok=True)
    return _run(["-m", "orchestration.dbt_process", command, *arguments, *_own(work)], work, **places)


def run_python(script: str, work: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a script that calls dbt; it is given dbt's options for `work`, then the arguments."""
    return _run(["-c", script, *_own(work), *arguments], work)


def _own(work: Path) -> list[str]:
    return list(map(str, ["--project-dir", PROJECT, "--profiles-dir", PROJECT, "--target-path", work / "target"]))


def _run(command: list[str], work: Path, **places: Path) -> subprocess.CompletedProcess[str]:
    names = {"load": "SADAYA_LOAD_DIR", "warehouse": "SADAYA_WAREHOUSE"}
    environment = {name: value for name, value in os.environ.items() if name not in names.values()}
    environment |= {names[name]: str(path) for name, path in places.items()}
    environment |= {"PYTHONPATH": str(PROJECT.parent), "DBT_LOG_PATH": str(work / "logs")}
    environment |= {"DBT_TARGET_PATH": str(work / "target"), "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
    return subprocess.run(
        [sys.executable, *command], cwd=work, env=environment, capture_output=True, text=True, timeout=300
    )


@dataclass(frozen=True)
class Parsed:
    """The project as dbt reads it on a machine without data: its manifest and the SQL of its models and tests."""

    manifest: dict
    folder: Path

    def sql(self, node: str) -> str:
        """The SQL of the only node whose name begins so, or is so."""
        exact = [path for name, path in self._compiled if name == node]
        (found,) = exact or [path for name, path in self._compiled if name.startswith(node)]
        return found.read_text()

    @cached_property
    def _compiled(self) -> list[tuple[str, Path]]:
        """(name of the node, file) of all compiled SQL."""
        return [(path.stem, path) for path in (self.folder / "compiled").rglob("*.sql")]


def spare_parsing(work: Path) -> None:
    """Give dbt the parsed project, so that `run_dbt` does not parse it."""
    (work / "target").mkdir(parents=True, exist_ok=True)
    shutil.copy(manifest().with_name("partial_parse.msgpack"), work / "target")


@pytest.fixture(scope="session")
def parsed(shared) -> Parsed:
    """The project, compiled once; no environment variable names a path, and there is no data."""

    def make(work: Path) -> None:
        spare_parsing(work)
        done = run_dbt("compile", work, "--no-introspect")
        assert done.returncode == 0, done.stdout[-3000:]

    return Parsed(read_manifest(), once(shared / "compiled", make) / "target")


@dataclass
class Delivery:
    """One delivery. `rows`: accepted rows by column, each with `record_key`; `quarantined`: keys of rows that were
    not accepted; `deleted`: key -> day of rows that end their record.
    """

    source: str
    date: str
    rows: list[dict] = field(default_factory=list)
    quarantined: list[tuple[str, str]] = field(default_factory=list)
    covers: tuple[str, ...] = ("3601", "3602", "36")
    deleted: dict[str, str] = field(default_factory=dict)


@dataclass
class LoadFolder:
    """`loads/<load_id>` as described in docs/architecture.md. `deliveries` in the order of acceptance."""

    root: Path
    kinds: dict[str, str] = field(default_factory=lambda: {source.name: source.kind for source in all_sources()})
    patience: int = 3

    def write(self, deliveries: list[Delivery]) -> None:
        """Write the inputs; each delivery came in its own load, numbered in the order of acceptance."""
        inputs = self.root / "inputs"
        for source in self.kinds:
            self._delivery(inputs / source / "_empty", source, [], [], {})
        ids = {id(one): f"{one.source}-{number:03d}" for number, one in enumerate(deliveries, 1)}
        for one in deliveries:
            self._delivery(inputs / one.source / ids[id(one)], one.source, one.rows, one.quarantined, one.deleted)
        self._tables(inputs, deliveries, ids)

    def _delivery(
        self, folder: Path, source: str, rows: list[dict], quarantined: list[tuple[str, str]], deleted: dict[str, str]
    ) -> None:
        (folder / "accepted").mkdir(parents=True)
        schema = SCHEMAS[source]
        full = [
            dict.fromkeys(schema)
            | {"row_hash": json.dumps(row, sort_keys=True), "coverage_regency": "3601"}
            | {"delivery_id": folder.name, "file_name": f"{source}.csv", "row_number": number}
            | row
            for number, row in enumerate(rows, 2)
        ]
        pl.DataFrame(full, schema=schema).write_parquet(folder / "accepted" / "0.parquet")
        keys = dict.fromkeys(("record_key", "coverage_regency"), pl.String)
        pl.DataFrame(quarantined, schema=keys, orient="row").write_parquet(folder / "quarantined_keys.parquet")
        empty(QUARANTINE).write_parquet(folder / "quarantine.parquet")
        ends = [
            {"record_key": key, "coverage_regency": "36", "row_hash": f"deleted {day}", "ended_on": day}
            | {"file_name": f"{source}.csv", "row_number": number}
            for number, (key, day) in enumerate(deleted.items(), 100)
        ]
        pl.DataFrame(ends, schema=DELETIONS).write_parquet(folder / "deletions.parquet")

    def _tables(self, inputs: Path, deliveries: list[Delivery], ids: dict[int, str]) -> None:
        accepted = {id(one): number for number, one in enumerate(deliveries, 1)}
        ordered = sorted(deliveries, key=lambda one: (one.date, accepted[id(one)]))
        rows = [
            {
                "delivery_id": ids[id(one)],
                "source": one.source,
                "agency": "Dinas",
                "delivery_date": one.date,
                "delivery_order": order,
                "load_id": f"load-{accepted[id(one)]:03d}",
                "kind": self.kinds[one.source],
                "sha256": "-",
            }
            for order, one in enumerate(ordered, 1)
        ]
        texts = ("delivery_id", "source", "agency", "delivery_date", "load_id", "kind", "sha256")
        schema = dict.fromkeys(texts, pl.String) | {"delivery_order": pl.UInt32}
        frame = pl.DataFrame(rows, schema=schema).with_columns(pl.col("delivery_date").str.to_date())
        frame.write_parquet(inputs / "deliveries.parquet")
        coverage = [(ids[id(one)], one.source, unit) for one in deliveries for unit in one.covers]
        schema = dict.fromkeys(("delivery_id", "source", "regency_code"), pl.String)
        pl.DataFrame(coverage, schema=schema, orient="row").write_parquet(inputs / "coverage.parquet")
        pl.DataFrame(
            {
                "source": list(self.kinds),
                "agency": "Dinas",
                "kind": list(self.kinds.values()),
                "carry_forward_deliveries": self.patience,
                "expected_every_days": 30,
                "last_delivery_id": pl.Series([None] * len(self.kinds), dtype=pl.String),
                "last_delivery_date": pl.Series([None] * len(self.kinds), dtype=pl.Date),
            }
        ).write_parquet(inputs / "sources.parquet")
        for name, schema in YESTERDAY.items():
            pl.DataFrame(schema=schema).write_parquet(inputs / f"{name}.parquet")
        load = pl.DataFrame(
            {"load_id": ["20191101-001"], "as_of_date": ["2019-11-01"], "started_at": ["2019-11-01T01:00:00+07:00"]}
            | {"code_version": ["test"]}
        )
        load.with_columns(pl.col("as_of_date").str.to_date()).write_parquet(inputs / "load.parquet")
        pl.DataFrame({"load_id": ["20191101-001"], "load_seq": [1]}).write_parquet(inputs / "loads.parquet")


@pytest.fixture(scope="session")
def dbt():
    """dbt(command, work, *arguments, load=folder, warehouse=file): a finished run of dbt."""
    return run_dbt


@pytest.fixture(scope="session")
def python():
    """python(script, work, *arguments): a finished script that calls dbt itself."""
    return run_python


@pytest.fixture(scope="session")
def project() -> Path:
    return PROJECT


@pytest.fixture(scope="session")
def delivery() -> type[Delivery]:
    return Delivery


@pytest.fixture(scope="session")
def load_folder() -> type[LoadFolder]:
    return LoadFolder


@pytest.fixture(scope="session")
def query():
    """query(load_folder, sql, **models): rows as dictionaries, with the paths of the SQL relative to the load's
    folder; `models` are made of their SQL first, in the order given. One database for all: opening one costs more.
    """
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute("attach ':memory:' as staging")

        def query(root: Path, sql: str, **models: str) -> list[dict]:
            connection.execute(f"set file_search_path = {literal(root)}")
            connection.execute("drop schema if exists staging.stg cascade; create schema staging.stg")
            for model, made_of in models.items():
                connection.execute(f"create table staging.stg.{model} as {made_of}")
            return connection.sql(sql).to_arrow_table().to_pylist()

        yield query
