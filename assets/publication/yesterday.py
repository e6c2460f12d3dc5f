"""Writes the published load's tables next to a new load's inputs, so that dbt can find what the load changes.

The rows become inputs (Parquet), so that the second half of dbt depends on its inputs only. If the publication lacks a
column of a table, because older code made it, it is not compared and no change is listed.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from assets.load import Load
from assets.publication import pointer
from validations.sql import literal

TABLES = {
    "yesterday_load": ("reference.load", {"load_id": "varchar", "as_of_date": "date"}),
    "yesterday_household": (
        "marts.dim_household",
        {
            "household_id": "varchar", "head_name": "varchar", "address": "varchar", "rt": "varchar", "rw": "varchar",
            "village_code": "varchar", "district_code": "varchar", "regency_code": "varchar", "decile": "tinyint",
            "in_dtks": "boolean", "persons": "integer",
        },
    ),
    "yesterday_person": (
        "marts.dim_person", {"person_id": "varchar", "household_id": "varchar", "life_status": "varchar"}
    ),
    "yesterday_status": (
        "marts.household_status_long", {"household_id": "varchar", "programme": "varchar", "status": "varchar"}
    ),
    "yesterday_change": (
        "marts.changes",
        {
            "load_id": "varchar", "as_of_date": "date", "since_load_id": "varchar", "entity": "varchar",
            "id": "varchar", "change": "varchar", "subject": "varchar", "household_id": "varchar",
            "person_id": "varchar", "programme": "varchar", "old_value": "varchar", "new_value": "varchar",
            "reason": "varchar", "source": "varchar", "delivery_id": "varchar", "head_name": "varchar",
            "address": "varchar", "rt": "varchar", "rw": "varchar", "village_code": "varchar",
            "village_name": "varchar", "district_code": "varchar", "district_name": "varchar",
            "regency_code": "varchar", "regency_name": "varchar",
        },
    ),
}  # fmt: skip
"""Input -> the published table, and its columns."""


def write_yesterday(load: Load) -> str | None:
    """Write `inputs/yesterday_<table>.parquet` from the current publication; without one, empty files.

    Returns the id of that load; None if there is none, or if it cannot be compared.
    """
    published = pointer.pointed_at(load.home)
    with duckdb.connect() as connection:
        if published is not None:
            connection.execute(f"attach {literal(load.home.warehouse(published))} as published (read_only)")
        comparable = published is not None and all(
            _has(connection, *TABLES[name]) for name in TABLES if name != "yesterday_change"
        )
        for name, (table, columns) in TABLES.items():
            _write(connection, load.folder.inputs / f"{name}.parquet", table, columns, comparable)
    return published if comparable else None


def _has(connection: duckdb.DuckDBPyConnection, table: str, columns: dict[str, str]) -> bool:
    schema, name = table.split(".")
    found = connection.execute(
        "select column_name from duckdb_columns()"
        " where database_name = 'published' and schema_name = ? and table_name = ?",
        [schema, name],
    ).fetchall()
    return columns.keys() <= {column for (column,) in found}


def _write(
    connection: duckdb.DuckDBPyConnection, path: Path, table: str, columns: dict[str, str], comparable: bool
) -> None:
    if comparable and _has(connection, table, columns):
        rows = (
            f"select {', '.join(f'{name}::{kind} as {name}' for name, kind in columns.items())} from published.{table}"
        )
    else:
        rows = f"select {', '.join(f'null::{kind} as {name}' for name, kind in columns.items())} limit 0"
    connection.execute(f"copy ({rows}) to {literal(path)} (format parquet)")
