"""Who each exported record really is."""

from __future__ import annotations

import polars as pl


def person_truth(people: pl.DataFrame, key: pl.Expr, role: str) -> pl.DataFrame:
    """record_key, role, true_person_id, true_household_id, true_family_id for rows that carry the true ids."""
    return people.select(
        record_key=key,
        role=pl.lit(role),
        true_person_id="person_id",
        true_household_id="household_id",
        true_family_id="family_id",
    )


def household_truth(households: pl.DataFrame, key: pl.Expr) -> pl.DataFrame:
    """The same shape for records that are of a household and of nobody in particular."""
    return households.select(
        record_key=key,
        role=pl.lit(None, pl.String),
        true_person_id=pl.lit(None, pl.Int64),
        true_household_id="household_id",
        true_family_id="family_id",
    )
