"""Questions to any table: how many rows, the largest number, which rows only one of two has."""

from __future__ import annotations

import duckdb


def differing(one: str, other: str) -> str:
    """SQL of the rows that only one of two tables has."""
    return f"((from {one} except from {other}) union all (from {other} except from {one}))"


def count(connection: duckdb.DuckDBPyConnection, rows: str) -> int:
    """How many rows there are."""
    return connection.execute(f"select count(*) from {rows}").fetchall()[0][0]


def largest(connection: duckdb.DuckDBPyConnection, number: str, table: str) -> int:
    """The largest number given in a table; 0 if it is empty."""
    return connection.execute(f"select coalesce(max({number}), 0) from {table}").fetchall()[0][0]
