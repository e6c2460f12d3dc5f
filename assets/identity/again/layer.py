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


def differing(one: str, other: str) -> str:
    """SQL of the rows that only one of two tables has."""
    return f"((from {one} except from {other}) union all (from {other} except from {one}))"


def count(connection: duckdb.DuckDBPyConnection, rows: str) -> int:
    """How many rows there are."""
    return connection.execute(f"select count(*) from {rows}").fetchall()[0][0]


def largest(connection: duckdb.DuckDBPyConnection, number: str, table: str) -> int:
    """The largest number given in a table; 0 if it is empty."""
    return connection.execute(f"select coalesce(max({number}), 0) from {table}").fetchall()[0][0]
