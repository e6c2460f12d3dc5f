"""Wrong family cards in a list: the card of another family, or a former card of the family.

Uses its own random generator, so that the rest of a seed's province does not change.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from simulation.night import Night

GENERATION = (18, 50)
"""Age difference between the head of a family and the parents whose card was the head's former one."""


def as_stated(night: Night, source: str, families: pl.DataFrame) -> pl.Series:
    """The card that a list states for each family: its own, that of any other family (`kk_of_others`: a slip to a
    number in use), or a former one (`kk_former`: that of the parents whom the head left, or a replaced number).

    families: one row each, with family_id and no_kk.
    """
    rng, rates = night.rng(source, "cards"), night.rates["lists"]
    cards = night.world.families["no_kk"]
    other = cards.gather(rng.integers(0, cards.len(), families.height))
    drawn, replaced = rng.random(families.height), rng.random(families.height) < 0.5
    before = _parents_card(night, families, rng)
    issued_before = families["no_kk"].str.slice(0, 10) + "05" + families["no_kk"].str.slice(12)
    former = pl.when(pl.lit(pl.Series(replaced))).then(pl.lit(issued_before)).otherwise(pl.lit(before))
    of_others, was = rates["kk_of_others"], rates["kk_former"]
    return pl.select(
        pl.when(pl.lit(pl.Series(drawn < of_others))).then(pl.lit(other))
        .when(pl.lit(pl.Series(drawn < of_others + was))).then(former)
        .otherwise(pl.lit(families["no_kk"]))
        .alias("no_kk")
    ).to_series()  # fmt: skip


def _parents_card(night: Night, families: pl.DataFrame, rng: np.random.Generator) -> pl.Series:
    """For each family, the card of one whose head is a generation older; its own card if there is none."""
    heads = night.world.persons.filter(pl.col("relation") == "KEPALA KELUARGA").unique("family_id", keep="first")
    heads = heads.select("family_id", "birth").join(night.world.families, on="family_id").sort("birth", "family_id")
    births = heads["birth"].cast(pl.Int32).to_numpy()
    own = families.select("family_id").join(heads, on="family_id", how="left", maintain_order="left")["birth"]
    own = own.cast(pl.Int32).fill_null(0).to_numpy()
    first, last = (np.searchsorted(births, own - years * 365) for years in reversed(GENERATION))
    which = first + (rng.random(families.height) * (last - first)).astype(int)
    older = heads["no_kk"].gather(np.minimum(which, heads.height - 1))
    known = pl.Series(last > first)
    return pl.select(pl.when(known).then(pl.lit(older)).otherwise(pl.lit(families["no_kk"]))).to_series()
