"""Writes the inputs of dbt: the deliveries in force up to the load's date (docs/architecture.md)."""

from __future__ import annotations

import hashlib
import json
import shutil
from datetime import date
from pathlib import Path

import polars as pl

from assets.intake.standing import units
from assets.ledger import Ledger
from assets.ledger_rows import DeliveryRow, FileRow, LoadRow, NewestRow
from assets.load import Load
from assets.sources import agency_of, all_sources
from validations.engine import accepted_schema
from validations.evidence import DELETIONS, QUARANTINE, QUARANTINED_KEYS, empty


def fingerprint(ledger: Ledger, as_of: date, code_version: str) -> str:
    """Hash of what a load's result depends on: the deliveries in force in their order, and the code version."""
    in_force = [row["delivery_id"] for row in ledger.in_force(as_of)]
    return hashlib.sha256(json.dumps([in_force, code_version]).encode()).hexdigest()


def prepare_inputs(load: Load) -> dict[str, int]:
    """Write the inputs of a load: links to the deliveries in force, and the tables that order them.

    Returns the number of deliveries in force by source.
    """
    inputs = load.folder.inputs
    shutil.rmtree(inputs, ignore_errors=True)
    inputs.mkdir(parents=True)
    with load.ledger() as ledger:
        in_force = ledger.in_force(load.as_of)
        opened = load.entry(ledger)
        loads = ledger.loads()
        newest = {row["source"]: row for row in ledger.newest_deliveries(load.as_of)}
        load_fingerprint = fingerprint(ledger, load.as_of, opened["code_version"])
        ledger.record_load_deliveries(load.load_id, [row["delivery_id"] for row in in_force], load_fingerprint)
        regions = ledger.regions_of([row["delivery_id"] for row in in_force])
    for source in all_sources():
        _empty_delivery(inputs / source.name / "_empty", accepted_schema(source.contract))
    for row in in_force:
        link = inputs / row["source"] / row["delivery_id"]
        link.symlink_to(load.home.delivery(row["source"], row["delivery_id"]).resolve(), target_is_directory=True)
    _deliveries(in_force).write_parquet(inputs / "deliveries.parquet")
    _coverage(regions).write_parquet(inputs / "coverage.parquet")
    _sources(newest).write_parquet(inputs / "sources.parquet")
    _load(load, opened).write_parquet(inputs / "load.parquet")
    _loads(loads).write_parquet(inputs / "loads.parquet")
    counts = dict.fromkeys((source.name for source in all_sources()), 0)
    for row in in_force:
        counts[row["source"]] += 1
    return counts


def _empty_delivery(folder: Path, schema: dict[str, pl.DataType]) -> None:
    (folder / "accepted").mkdir(parents=True)
    pl.DataFrame(schema=schema).write_parquet(folder / "accepted" / "0.parquet")
    empty(QUARANTINED_KEYS).write_parquet(folder / "quarantined_keys.parquet")
    empty(DELETIONS).write_parquet(folder / "deletions.parquet")
    empty(QUARANTINE).write_parquet(folder / "quarantine.parquet")


def _deliveries(in_force: list[DeliveryRow]) -> pl.DataFrame:
    columns = ("delivery_id", "source", "agency", "delivery_date", "load_id", "kind", "sha256")
    schema = dict.fromkeys(columns, pl.String)
    frame = pl.DataFrame([{name: row[name] for name in columns} for row in in_force], schema=schema)
    return frame.with_columns(pl.col("delivery_date").str.to_date()).with_row_index("delivery_order", offset=1)


def _coverage(regions: list[FileRow]) -> pl.DataFrame:
    rows = [
        {"delivery_id": row["delivery_id"], "source": row["source"], "regency_code": unit}
        for row in regions
        for unit in units(row["coverage"])
    ]
    schema = {"delivery_id": pl.String, "source": pl.String, "regency_code": pl.String}
    return pl.DataFrame(rows, schema=schema).unique(maintain_order=True)


def _sources(newest: dict[str, NewestRow]) -> pl.DataFrame:
    """One row per source. `last_delivery_*`: the newest accepted or replayed delivery, for the source's freshness."""
    rows = [
        {
            "source": source.name,
            "agency": agency_of(source).name,
            "kind": source.kind,
            "carry_forward_deliveries": source.carry_forward,
            "expected_every_days": source.expected_every,
            "last_delivery_id": newest[source.name]["delivery_id"] if source.name in newest else None,
            "last_delivery_date": newest[source.name]["delivery_date"] if source.name in newest else None,
        }
        for source in all_sources()
    ]
    whole_numbers = ("carry_forward_deliveries", "expected_every_days")
    schema = {name: pl.Int32 if name in whole_numbers else pl.String for name in rows[0]}
    return pl.DataFrame(rows, schema=schema).with_columns(pl.col("last_delivery_date").str.to_date())


def _loads(loads: list[LoadRow]) -> pl.DataFrame:
    """One row per load with its sequence number: neither clock nor as-of date gives the order of loads."""
    schema = {"load_id": pl.String, "load_seq": pl.Int64}
    rows = [{"load_id": row["load_id"], "load_seq": row["load_seq"]} for row in loads]
    return pl.DataFrame(rows, schema=schema)


def _load(load: Load, opened: LoadRow) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "load_id": [load.load_id],
            "as_of_date": [load.as_of],
            "started_at": [opened["started_at"]],
            "code_version": [opened["code_version"]],
        }
    )
