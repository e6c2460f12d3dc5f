"""Chooses the rows of a defect, by its rate, and sets their values."""

from __future__ import annotations

import numpy as np
import polars as pl


class Strikes:
    """One source's generator and its rows; every call of `hit` draws again, so the order of calls is part of the seed.

    rates: share of rows per defect, by name, as in rates.toml.
    """

    def __init__(self, rng: np.random.Generator, rates: dict[str, float], rows: int) -> None:
        self.rng, self.rates, self.rows = rng, rates, rows

    def hit(self, defect: str) -> np.ndarray:
        """The rows that a defect strikes (boolean)."""
        return self.rng.random(self.rows) < self.rates[defect]

    def where(self, column: pl.Series, *cases: tuple[np.ndarray, pl.Series | np.ndarray | str | None]) -> pl.Series:
        """A column with the value of the first case that strikes each row; values are a text, null, or one per row."""
        expression = pl.lit(column)
        for struck, value in reversed(cases):
            new = (
                pl.lit(value, pl.String)
                if value is None or isinstance(value, str)
                else pl.lit(pl.Series(value).cast(pl.String))
            )
            expression = pl.when(pl.Series(struck)).then(new).otherwise(expression)
        return pl.select(expression.alias("value"))["value"]
