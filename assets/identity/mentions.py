"""Where identity reads mentions from, and what names one of them: said once, for all that ask."""

from __future__ import annotations

from pathlib import Path

from validations.sadaya import record_name


def relation(folder: Path | str, kind: str = "person") -> str:
    """SQL of the mentions of a kind, of all sources. folder: of the mention Parquet."""
    return f"read_parquet('{folder}/{kind}_mention/*/*.parquet', union_by_name = true, hive_partitioning = false)"


def key(alias: str = "", side: str = "") -> str:
    """SQL of the text that names a record's role. alias: of its relation; side: how its columns end (`_a`)."""
    owner = f"{alias}." if alias else ""
    return record_name(*(f"{owner}{part}{side}" for part in ("source", "record_key", "role")))
