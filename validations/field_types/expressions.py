"""Builds expressions that evaluate nothing twice."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl


def shared(body: Callable[..., pl.Expr], *values: pl.Expr) -> pl.Expr:
    """`body(*values)`, where each value is evaluated once, however often `body` uses it.

    An expression used twice appears twice in the plan, and so do those built on it: planning alone would take longer
    than a small batch. `body` may use its arguments and literals, no other column.
    """
    given = pl.struct(value.alias(str(n)) for n, value in enumerate(values))
    made = body(*(pl.field(str(n)) for n in range(len(values)))).alias("made")
    return given.struct.with_fields(made).struct.field("made")


def unless(pattern: str, raw: pl.Expr, otherwise: Callable[[pl.Expr], pl.Expr]) -> pl.Expr:
    """Values that match are already canonical; only the others take the slow path (it sees null for the rest)."""
    return shared(
        lambda raw, canonical: pl.when(canonical).then(raw).otherwise(otherwise(pl.when(~canonical).then(raw))),
        raw,
        raw.str.contains(pattern),
    )
