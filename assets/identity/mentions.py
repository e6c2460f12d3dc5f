"""The mentions that identity reads: their tables, keys, and the columns that links depend on."""

from __future__ import annotations

from pathlib import Path

import duckdb

from validations.errors import SadayaError
from validations.sql import literal

KEYS = {"person": ("source", "record_key", "role"), "household": ("source", "record_key", "person_role")}
_STATED = {
    "person": (
        "name", "mother_name", "sex", "birth_date", "birth_year", "birth_heap", "nik", "nik_state", "no_kk",
        "village_code", "district_code", "regency_code", "household_ref", "relation", "life_status", "is_register",
    ),
    "household": ("no_kk", "household_ref", "head_name", "address", "village_code"),
}  # fmt: skip
"""Columns that links depend on. A record's position (delivery, file, row) and first day change when a list is sent
again and are not among them: see `PLACE`.
"""
PLACE = ("valid_from", "delivery_id", "file_name", "row_number")
"""Columns of a record's position, from which, with its source, new ids are computed (decision 0003)."""


class MentionsError(SadayaError):
    """A load has no mentions; the message is for the user."""


def attach(connection: duckdb.DuckDBPyConnection, staging: Path) -> None:
    """Attach a load's staging database (`LoadFolder.staging`) read-only, as `staging`, the schema that `relation`
    refers to.

    Raises:
        MentionsError: it has no mentions, because an earlier version of Sadaya made it.
    """
    connection.execute(f"attach {literal(staging)} as staging (read_only)")
    there = "select count(*) from duckdb_schemas() where database_name = 'staging' and schema_name = 'mentions'"
    if not connection.execute(there).fetchall()[0][0]:
        load_id = staging.parent.name
        raise MentionsError(f"an earlier version of Sadaya made load {load_id}: run a load first, then ask again")


def relation(kind: str = "person") -> str:
    """SQL of the mentions of a kind, of all sources. Call `attach` first."""
    return f"staging.mentions.{kind}_mention"


def digests(kind: str) -> str:
    """SQL of two hashes of a mention: `k` of its key, `d` of its key and all columns that links depend on. `d` is equal
    on two nights exactly if the mention is.
    """
    return f"hash({', '.join(KEYS[kind])}) as k, hash({', '.join(KEYS[kind] + _STATED[kind])}) as d"


def columns(kind: str) -> str:
    """SQL of the columns of a mention that identity reads."""
    return ", ".join((*KEYS[kind], *_STATED[kind], *PLACE))
