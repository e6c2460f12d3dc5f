"""Builds `summary.json` of a sealed load: its rows and changes, the gate's verdict, the age of each source."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import duckdb

from assets.load import Load
from assets.publication import verdict
from validations.sql import literal


def summarise(load: Load, warehouse: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """The summary of a judged load, from an open connection to its warehouse. It has counts and dates only.

    Raises:
        FileNotFoundError: the load was not judged.
    """
    judgement = verdict.read(load)
    sources = warehouse.sql(
        "select source, last_delivery_id, last_delivery_date::varchar as as_of,"
        " date_diff('day', last_delivery_date, $as_of) as age_days"
        f" from read_parquet({literal(load.folder.inputs / 'sources.parquet')}) order by source",
        params={"as_of": load.as_of},
    ).to_arrow_table()
    return {
        "load_id": load.load_id,
        "as_of_date": load.as_of.isoformat(),
        "gate": {
            "passed": judgement.passed,
            "broken": judgement.broken,
            "failures": [asdict(failure) for failure in judgement.failures],
        },
        "rows": _rows(warehouse),
        "changes": _changes(warehouse, load.load_id),
        "poor": _poor(warehouse),
        "sources": {row.pop("source"): row for row in sources.to_pylist()},
    }


def _poor(warehouse: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Poor households, and the number of those without a known living member."""
    households, empty = warehouse.execute(
        "select count(*), count(*) filter (not has_living_member) from marts.household_status where is_poor"
    ).fetchall()[0]
    return {"households": households, "without_living_member": empty}


def _rows(warehouse: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Number of rows of every table that readers see."""
    names = warehouse.execute(
        "select schema_name || '.' || table_name from duckdb_tables()"
        " where database_name = current_database() and schema_name in ('marts', 'quality', 'reference') order by 1"
    ).fetchall()
    return {name: warehouse.execute(f"select count(*) from {name}").fetchall()[0][0] for (name,) in names}


def _changes(warehouse: duckdb.DuckDBPyConnection, load_id: str) -> list[dict[str, Any]]:
    """Number of households and persons that the load changed, by kind of change and subject."""
    counts = warehouse.sql(
        "select since_load_id, entity, change, subject, count(*) as count from marts.changes where load_id = $load"
        " group by all order by all",
        params={"load": load_id},
    )
    return counts.to_arrow_table().to_pylist()
