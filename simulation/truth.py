"""The true person of each exported record, and the final state of the people.

The design fixes `truth/persons.parquet` and `truth/households.parquet`. In addition: `truth/deliveries.parquet`
(source, record_key, role, last_delivered: date of the last delivery with the record) and `truth/residents.parquet`
(`residents`).
"""

from __future__ import annotations

import polars as pl

from simulation.world import Regency


def person_truth(people: pl.DataFrame, key: pl.Expr, role: str) -> pl.DataFrame:
    """record_key, role, true_person_id, true_household_id, true_family_id for rows with the true ids."""
    return people.select(
        record_key=key,
        role=pl.lit(role),
        true_person_id="person_id",
        true_household_id="household_id",
        true_family_id="family_id",
    )


def household_truth(households: pl.DataFrame, key: pl.Expr) -> pl.DataFrame:
    """The same shape for records of a household without a particular person."""
    return households.select(
        record_key=key,
        role=pl.lit(None, pl.String),
        true_person_id=pl.lit(None, pl.Int64),
        true_household_id="household_id",
        true_family_id="family_id",
    )


def residents(world: Regency) -> pl.DataFrame:
    """All people of a kabupaten/kota after the last night: true_person_id, true_household_id, true_family_id, no_kk (of
    the family), male, birth_date, village_code, status (AKTIF, MENINGGAL, PINDAH), status_date (null: AKTIF).
    """
    cards = world.families.select("family_id", "no_kk")
    return world.persons.join(cards, on="family_id", how="left", maintain_order="left").select(
        true_person_id="person_id",
        true_household_id="household_id",
        true_family_id="family_id",
        no_kk="no_kk",
        male="male",
        birth_date="birth",
        village_code="village",
        status="status",
        status_date="status_date",
    )
