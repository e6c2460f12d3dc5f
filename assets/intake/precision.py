"""Writes numbers that passed through floating point with their 15 exact digits only (ruling 4)."""

from __future__ import annotations

import polars as pl

EXACT_DIGITS = 15
LONG_DIGITS = rf"^-?\d{{{EXACT_DIGITS + 1},}}(?:\.\d+)?$"
"""A number as text with more digits than floating point can hold."""


def scientific(cell: pl.Expr) -> pl.Expr:
    """Format `3601014567890123` as `3.60101456789012E+15`: its exact digits."""
    sign, digits = cell.str.extract("^(-?)", 1), cell.str.extract(r"^-?(\d+)", 1)
    first, others = digits.str.slice(0, 1), digits.str.slice(1, EXACT_DIGITS - 1)
    return pl.concat_str(sign, first, pl.lit("."), others, pl.lit("E+"), (digits.str.len_chars() - 1).cast(pl.String))
