"""The families of the lists, as the agency's agreement gives them: the share is read, not the warehouse."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from assets.home import Home
from assets.sharing.agreement import Agreement, read
from assets.sharing.share import opened, share_of
from validations.errors import SadayaError
from validations.sql import literal

TABLE = "marts.family_due"
NEEDED = ("participant_no", "companion_id", "head_name", "address", "village_name", "last_visited_on", "due_on")
"""Columns of the table that a list is made of; a phone gets no others."""
PROPERTIES = ("no_peserta", "pendamping", "nama", "alamat", "kunjungan_terakhir", "jatuh_tempo")
"""Properties of an entity, all of them texts."""


class ListError(SadayaError):
    """A list cannot be made or must not be replaced; the message is for users, and names no family."""


@dataclass(frozen=True)
class Families:
    """The families of one load. frame: `label` and `PROPERTIES`, one row for each participant's number, no nulls."""

    load_id: str
    agency: str
    frame: pl.DataFrame

    def of(self, companion: str) -> pl.DataFrame:
        return self.frame.filter(pl.col("pendamping") == companion)

    @property
    def companions(self) -> list[str]:
        """The companions that have a family, in order."""
        return sorted(self.frame.filter(pl.col("pendamping") != "")["pendamping"].unique())

    @property
    def without_companion(self) -> int:
        return self.frame.filter(pl.col("pendamping") == "").height


def families(home: Home, load_id: str, day: date) -> Families:
    """The families of a load's lists.

    day: today, to check that the agreement is in force.

    Raises:
        ListError: no agreement, or several, give the table; it lacks a column, masks one, or names a family twice.
        assets.sharing.share.ShareError: the agreement is not in force, or does not fit the publication.
    """
    agreement = _agreement(read())
    table = next(table for table in agreement.tables if table.table == TABLE)
    hidden = [name for name in NEEDED if (mask := table.columns.get(name)) is None or mask.kind != "clear"]
    if hidden:
        raise ListError(f"{agreement.agency}: the agreement does not give {', '.join(hidden)} of {TABLE}")
    with (
        tempfile.TemporaryDirectory(prefix="sadaya-lists-") as spill,
        opened(home.warehouse(load_id), Path(spill)) as db,
    ):
        share = share_of(db, home, agreement, day)
        frame = pl.DataFrame(db.sql(f"select {', '.join(_entity())} from ({share.sql(table)})").to_arrow_table())
    frame = frame.sort("no_peserta")
    if (twice := frame["no_peserta"].is_duplicated().sum()) or (frame["no_peserta"] == "").any():
        raise ListError(f"{TABLE} of load {load_id} has {twice} rows that share a participant's number, or lacks one")
    return Families(load_id, agreement.agency, frame)


def _agreement(agreements: list[Agreement]) -> Agreement:
    giving = [agreement for agreement in agreements if any(table.table == TABLE for table in agreement.tables)]
    if len(giving) != 1:
        named = ", ".join(agreement.agency for agreement in giving) or "no agreement"
        raise ListError(f"lists are made from the one agreement that gives {TABLE}; {named} gives it")
    return giving[0]


def _entity() -> list[str]:
    """SQL of an entity's label and properties. The label has the number too: phones search in labels."""
    return [
        f"concat_ws(' ', head_name, {literal('(')} || participant_no || ')') as label",
        "coalesce(participant_no, '') as no_peserta",
        "coalesce(companion_id, '') as pendamping",
        "coalesce(head_name, '') as nama",
        "concat_ws(', ', address, village_name) as alamat",
        "coalesce(last_visited_on::varchar, '') as kunjungan_terakhir",
        "coalesce(due_on::varchar, '') as jatuh_tempo",
    ]
