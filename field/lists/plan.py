"""What makes a list on a server equal to the wanted one: computed from both, so that any run can be repeated."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from field.lists.families import PROPERTIES

SHOWN = ("label", *PROPERTIES)
THERE = {
    "uuid": pl.String,
    "version": pl.Int64,
    "conflict": pl.String,
    "created_at": pl.String,
    "deleted_at": pl.String,
    **dict.fromkeys(SHOWN, pl.String),
}
"""Columns of the entities on a server."""


@dataclass(frozen=True)
class Plan:
    """Frames with `uuid`, and `SHOWN` as wanted.

    create: without `uuid`. restore: deleted entities of families that are back; they keep their UUID. update: with
    `version`, the one that is changed. delete: entities of families that left. held: in conflict, so not changed until
    a person has settled it. twice: further entities of a number that has one. unchanged: number of entities. foreign:
    number of entities without a participant's number, which others made: left alone.
    """

    create: pl.DataFrame
    restore: pl.DataFrame
    update: pl.DataFrame
    delete: pl.DataFrame
    held: pl.DataFrame
    twice: pl.DataFrame
    unchanged: int
    foreign: int

    @property
    def before(self) -> int:
        """Families that the server's list has now."""
        return self.unchanged + self.update.height + self.delete.height + self.held.height


def plan(wanted: pl.DataFrame, there: pl.DataFrame) -> Plan:
    """Compare the wanted families (`SHOWN`) with the entities of a server (`THERE`), deleted ones included."""
    live = there.filter(pl.col("deleted_at").is_null()).sort("created_at", "uuid", nulls_last=True)
    ours = live.filter(pl.col("no_peserta").fill_null("") != "")
    first = ours.unique("no_peserta", keep="first", maintain_order=True)
    calm = first.filter(pl.col("conflict").is_null())
    held = first.filter(pl.col("conflict").is_not_null())
    new = wanted.join(first, on="no_peserta", how="anti", maintain_order="left")
    dead = (
        there.filter(pl.col("deleted_at").is_not_null())
        .sort("deleted_at", "uuid", descending=True)
        .unique("no_peserta", keep="first", maintain_order=True)
    )
    restore = new.join(dead.select("uuid", "version", "no_peserta"), on="no_peserta", maintain_order="left")
    both = wanted.join(calm, on="no_peserta", suffix=":there", maintain_order="left")
    differs = pl.any_horizontal(
        pl.col(name).ne_missing(pl.col(f"{name}:there")) for name in SHOWN if name != "no_peserta"
    )
    return Plan(
        create=new.join(restore, on="no_peserta", how="anti", maintain_order="left").select(SHOWN),
        restore=restore.select("uuid", "version", *SHOWN),
        update=both.filter(differs).select("uuid", "version", *SHOWN),
        delete=calm.join(wanted, on="no_peserta", how="anti", maintain_order="left").select("uuid", "version", *SHOWN),
        held=held,
        twice=ours.join(first, on="uuid", how="anti", maintain_order="left"),
        unchanged=both.filter(~differs).height,
        foreign=live.height - ours.height,
    )
