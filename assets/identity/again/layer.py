"""Tables in memory that hide those of the same name in `kept`, for as long as they lie there."""

from __future__ import annotations

import duckdb


def lay(connection: duckdb.DuckDBPyConnection, table: str, rows: str) -> None:
    """Lay rows (SQL) before a table."""
    connection.execute(f"create or replace table memory.{table} as {rows}")


def lift(connection: duckdb.DuckDBPyConnection, *tables: str) -> None:
    """Take away what was laid."""
    for table in tables:
        connection.execute(f"drop table if exists memory.{table}")


def replace(connection: duckdb.DuckDBPyConnection, table: str, old: str, new: str) -> None:
    """In `kept`, rows that meet a condition make room for others. Both SQL."""
    connection.execute(f"delete from kept.{table} where {old}")
    connection.execute(f"insert into kept.{table} by name {new}")
