"""Where identity reads mentions from, and what names one of them: said once, for all that ask."""

from __future__ import annotations

from pathlib import Path

from assets.home import literal
from validations.sadaya import record_name

KEYS = {"person": ("source", "record_key", "role"), "household": ("source", "record_key", "person_role")}
_SAID = {
    "person": (
        "name", "mother_name", "sex", "birth_date", "birth_year", "birth_heap", "nik", "nik_state", "no_kk",
        "village_code", "district_code", "regency_code", "household_ref", "relation", "life_status", "is_register",
    ),
    "household": ("no_kk", "household_ref", "head_name", "address", "village_code"),
}  # fmt: skip
"""What identity decides by. Where a record stands (delivery, file, row) and since when changes when a list is sent
again, and decides nothing: see `PLACE`."""
PLACE = ("valid_from", "delivery_id", "file_name", "row_number")
"""Where a record stands: what new ids are made of (decision 0003), with its source."""


def relation(folder: Path | str, kind: str = "person") -> str:
    """SQL of the mentions of a kind, of all sources. folder: of the mention Parquet."""
    files = literal(Path(folder) / f"{kind}_mention" / "*" / "*.parquet")
    return f"read_parquet({files}, union_by_name = true, hive_partitioning = false)"


def key(alias: str = "", side: str = "") -> str:
    """SQL of the text that names a record's role. alias: of its relation; side: how its columns end (`_a`)."""
    owner = f"{alias}." if alias else ""
    return record_name(*(f"{owner}{part}{side}" for part in ("source", "record_key", "role")))


def digests(kind: str, alias: str = "") -> str:
    """SQL of two numbers: `k` of a mention's key, and `d` of its key and all that identity decides by. That is the same
    tonight exactly if the mention is.
    """
    owner = f"{alias}." if alias else ""
    named, said = (", ".join(owner + one for one in those) for those in (KEYS[kind], KEYS[kind] + _SAID[kind]))
    return f"hash({named}) as k, hash({said}) as d"


def columns(kind: str) -> str:
    """SQL of the columns of a mention that identity reads."""
    return ", ".join((*KEYS[kind], *_SAID[kind], *PLACE))
