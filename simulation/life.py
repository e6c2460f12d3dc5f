"""What happens to people from one night to the next: births, deaths, moves, marriages with a new family card,
corrections.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from simulation.world import Regency


def settle_past(world: Regency, rates: dict[str, float], rng: np.random.Generator, today: date) -> None:
    """Some people of the register have died or moved away in the years before."""
    people = world.persons
    old = (
        pl.Series(rng.random(people.height))
        < pl.select(pl.lit(people["age"]).clip(1, 90) / 40 * rates["died"]).to_series()
    )
    away = pl.Series(rng.random(people.height) < rates["moved"]) & ~old & (people["slot"] >= 5)
    days = pl.Series(rng.integers(30, 1500, people.height))
    when = pl.select(pl.lit(today) - pl.duration(days=pl.lit(days))).to_series().cast(pl.Date)
    status = pl.when(old).then(pl.lit("MENINGGAL")).when(away).then(pl.lit("PINDAH")).otherwise(pl.lit("AKTIF"))
    since = pl.when(old | away).then(pl.max_horizontal(pl.lit(when), pl.col("birth")))
    world.persons = people.with_columns(status=status, status_date=since)


def live_one_day(world: Regency, rates: dict[str, float], rng: np.random.Generator, today: date) -> None:
    """Change the world by one day, and note in `world.changed` whose register entry is delivered tonight."""
    people = world.persons
    alive = (people["status"] == "AKTIF").to_numpy()
    draw = rng.random(people.height)
    edges = np.cumsum([rates["deaths"], rates["moves"], rates["corrections"], rates["unchanged"], rates["new_cards"]])
    event = np.where(alive, np.searchsorted(edges, draw), len(edges))
    dies = pl.Series(event == 0)
    status = pl.when(dies).then(pl.lit("MENINGGAL")).otherwise(pl.col("status"))
    since = pl.when(dies).then(pl.lit(today)).otherwise(pl.col("status_date"))
    moved = people.filter(pl.Series(event == 1))["household_id"].unique()
    place = world.households["village"].gather(rng.integers(0, world.households.height, moved.len()))
    to = pl.DataFrame({"household_id": moved.sort(), "to": place})
    people = people.with_columns(status=status, status_date=since).join(
        to, on="household_id", how="left", maintain_order="left"
    )
    people = people.with_columns(village=pl.coalesce("to", "village"))
    corrected = pl.Series(event == 2) & (people["slot"] >= 5)
    people = people.with_columns(
        education=pl.when(corrected).then(pl.lit("SLTP/SEDERAJAT")).otherwise(pl.col("education"))
    )
    leaves = pl.Series(event == 4) & (people["age"] >= 20) & (people["slot"] >= 5)
    people = _new_cards(world, people, leaves)
    world.households = (
        world.households.join(to, on="household_id", how="left", maintain_order="left")
        .with_columns(village=pl.coalesce("to", "village"))
        .drop("to")
    )
    touched = pl.Series(event < len(edges)) | people["to"].is_not_null()
    world.persons = people.drop("to")
    world.changed = world.persons.filter(touched)["person_id"]


def _new_cards(world: Regency, people: pl.DataFrame, leaves: pl.Series) -> pl.DataFrame:
    """Grown children who marry get a family card of their own and live on their own: a new family, a new household."""
    movers = people.filter(leaves)
    if movers.is_empty():
        return people
    family = world.families["family_id"].max() + 1 + np.arange(movers.height)
    household = world.households["household_id"].max() + 1 + np.arange(movers.height)
    homes = movers.select("household_id").join(world.households, on="household_id", how="left", maintain_order="left")
    homes = homes.with_columns(household_id=pl.Series(household)).select(world.households.columns)
    world.households = pl.concat([world.households, homes])
    serial = pl.Series(9999 - np.arange(movers.height) % 10).cast(pl.String)
    card = (
        movers["nik"].str.slice(0, 6)
        + "2910"
        + pl.Series(10 + np.arange(movers.height) // 10 % 90).cast(pl.String)
        + serial
    )
    new = pl.DataFrame({"family_id": family, "household_id": household, "no_kk": card})
    world.families = pl.concat([world.families, new.cast(world.families.schema)])
    moved = movers.select(
        "person_id",
        new_family=pl.Series(family),
        new_household=pl.Series(household),
        new_relation=pl.lit("KEPALA KELUARGA"),
    )
    return (
        people.join(moved, on="person_id", how="left", maintain_order="left")
        .with_columns(
            family_id=pl.coalesce("new_family", "family_id"),
            household_id=pl.coalesce("new_household", "household_id"),
            relation=pl.coalesce("new_relation", "relation"),
        )
        .drop("new_family", "new_household", "new_relation")
    )
