"""Queries on any table: number of rows, largest number, rows that only one of two tables has."""

from __future__ import annotations

import duckdb


def differing(one: str, other: str) -> str:
    """SQL of the rows that only one of two tables has."""
    return f"((from {one} except from {other}) union all (from {other} except from {one}))"


def count(connection: duckdb.DuckDBPyConnection, rows: str) -> int:
    """The number of rows."""
    return connection.execute(f"select count(*) from {rows}").fetchall()[0][0]


def largest(connection: duckdb.DuckDBPyConnection, number: str, table: str) -> int:
    """The largest value of a column; 0 if the table is empty."""
    return connection.execute(f"select coalesce(max({number}), 0) from {table}").fetchall()[0][0]
