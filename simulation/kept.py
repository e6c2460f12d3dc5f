"""A list that an agency keeps from night to night: misspellings stay, a few rows change, are added or removed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl

from simulation.night import Night

TRUE_IDS = ("person_id", "household_id", "family_id")
RESERVE = 0.03
"""Share of a list that is left out on the first night: later nights add rows from these."""


@dataclass
class KeptList:
    """`rows` on the list now and those `waiting`: exported columns, with TRUE_IDS next to them."""

    rows: pl.DataFrame
    waiting: pl.DataFrame

    @property
    def exported(self) -> pl.DataFrame:
        return self.rows.drop(TRUE_IDS, strict=False)


def start(frame: pl.DataFrame, key: str, rng: np.random.Generator, also: pl.DataFrame | None = None) -> KeptList:
    """The list of the first night. Rows of one key stay together. also: rows that are on the list at once."""
    keys = frame[key].unique(maintain_order=True)
    later = keys.filter(pl.Series(rng.random(keys.len()) < RESERVE)).implode()
    waits = frame[key].is_in(later)
    first = frame.filter(~waits)
    return KeptList(first if also is None else pl.concat([first, also]), frame.filter(waits))


def next_night(kept: KeptList, key: str, night: Night, source: str, change: Callable[[pl.Expr], list[pl.Expr]]) -> None:
    """One more night: `change` gets the chosen rows and returns their new values; some rows are removed, some waiting
    ones added.
    """
    rng, rates = night.rng(source, "live"), night.rates["nights"]
    struck = pl.lit(pl.Series(rng.random(kept.rows.height) < rates["corrections"]))
    kept.rows = kept.rows.with_columns(change(struck))
    keys = kept.rows[key].unique(maintain_order=True)
    gone = keys.filter(pl.Series(rng.random(keys.len()) < rates["graduations"])).implode()
    new = kept.waiting[key].unique(maintain_order=True).head(rng.poisson(rates["enrolments"] * keys.len())).implode()
    come = kept.waiting.filter(pl.col(key).is_in(new))
    kept.waiting = kept.waiting.filter(~pl.col(key).is_in(new))
    kept.rows = pl.concat([kept.rows.filter(~pl.col(key).is_in(gone)), come])


def some(people: pl.DataFrame, count: float, rng: np.random.Generator) -> pl.DataFrame:
    """A random sample of these people, in their order."""
    return people.gather(np.sort(rng.permutation(people.height)[: max(0, round(count))]))


def with_homes(people: pl.DataFrame, night: Night) -> pl.DataFrame:
    """People with their card, address and the hardship of their household (0: the poorest)."""
    homes = night.world.households.select("household_id", "address", "hardship")
    cards = night.world.families.select("family_id", "no_kk")
    return people.join(homes, on="household_id", how="left", maintain_order="left").join(
        cards, on="family_id", how="left", maintain_order="left"
    )


def choose(rng: np.random.Generator, count: int, words: list[str], shares: list[float] | None = None) -> pl.Series:
    """A random word for each row."""
    return pl.Series(words, dtype=pl.String).gather(rng.choice(len(words), count, p=shares))


def numbered(prefix: str, code: str, people: pl.DataFrame) -> pl.Series:
    """A number of the agency, computed from the person's true id."""
    return prefix + code + (people["person_id"] % 10_000_000).cast(pl.String).str.zfill(7)
