"""Changes people from one night to the next: births, deaths, moves, marriages, new cards, corrections."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from simulation import names
from simulation import world as worlds
from simulation.world import Regency

MOTHERS_AGE = (18, 42)
EVENTS = ("deaths", "moves", "corrections", "unchanged", "new_cards", "divorces")
"""Events of a person in a night, by rate; births happen to families."""


def settle_past(world: Regency, rates: dict[str, float], rng: np.random.Generator, today: date) -> None:
    """Let some people of the register have died or moved away in earlier years."""
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
    """Change the world by one day, and record in `world.changed` whose register entry is delivered tonight."""
    people = world.persons
    alive = (people["status"] == "AKTIF").to_numpy()
    draw = rng.random(people.height)
    edges = np.cumsum([rates[name] for name in EVENTS])
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
    grown = (people["age"] >= 20) & (people["slot"] >= 5) & (people["marital"] == "BELUM KAWIN")
    divorced = pl.Series(event == 5) & (people["relation"] == "ISTRI")
    left = people.filter(divorced)["family_id"].implode()
    was_husband = pl.col("family_id").is_in(left) & (pl.col("relation") == "KEPALA KELUARGA") & pl.col("male")
    husbands = people.filter(was_husband)["person_id"]
    people = people.with_columns(
        marital=pl.when(was_husband | pl.lit(divorced)).then(pl.lit("CERAI HIDUP")).otherwise(pl.col("marital"))
    )
    people = _new_cards(world, people, pl.Series(event == 4) & grown, divorced, rng, today)
    world.households = (
        world.households.join(to, on="household_id", how="left", maintain_order="left")
        .with_columns(village=pl.coalesce("to", "village"))
        .drop("to")
    )
    touched = pl.Series(event < len(edges)) | people["to"].is_not_null() | people["person_id"].is_in(husbands.implode())
    changed = people.filter(touched)["person_id"]
    people = people.drop("to")
    born = _births(world, people, rates["births"] * people.height, rng, today)
    world.persons = pl.concat([people, born])
    world.changed = pl.concat([changed, born["person_id"]])


def _highest(numbers: pl.Series) -> int:
    return numbers.to_frame().select(pl.all().max()).item()


def _births(
    world: Regency, people: pl.DataFrame, expected: float, rng: np.random.Generator, today: date
) -> pl.DataFrame:
    """Children born today to wives of child-bearing age, with a NIK and a place on their parents' card."""
    wife = (pl.col("relation") == "ISTRI") & (pl.col("status") == "AKTIF") & pl.col("age").is_between(*MOTHERS_AGE)
    wives = people.filter(wife)
    count = min(wives.height, rng.poisson(expected))
    mothers = wives.gather(np.sort(rng.permutation(wives.height)[:count]))
    male = rng.random(count) < 0.51
    born = mothers.with_columns(
        mother="name",
        person_id=_highest(people["person_id"]) + 1 + pl.int_range(count, dtype=pl.Int64),
        relation=pl.lit("ANAK"),
        male=pl.Series(male, dtype=pl.Boolean),
        birth=pl.lit(today),
        name=names.draw(rng, world.code, male, world.made_up_names),
        slot=pl.lit(5, people.schema["slot"]),
        age=pl.lit(0, people.schema["age"]),
        marital=pl.lit("BELUM KAWIN"),
        education=pl.lit("TIDAK/BELUM SEKOLAH"),
        occupation=pl.lit("BELUM/TIDAK BEKERJA"),
    ).cast(people.schema)
    return born.with_columns(nik=worlds.numbers_of(world.code, born, rng) if count else pl.col("nik"))


def _new_cards(
    world: Regency, people: pl.DataFrame, grown: pl.Series, divorced: pl.Series, rng: np.random.Generator, today: date
) -> pl.DataFrame:
    """A new card and household for grown children, of whom a man and a woman marry as long as there are both, and for
    divorced wives.
    """
    movers = people.with_columns(grown=grown, divorced=divorced).filter(pl.col("grown") | pl.col("divorced"))
    if movers.is_empty():
        return people
    couples = movers.filter("grown").with_columns(new=pl.int_range(pl.len()).over("male"))
    alone = movers.filter("divorced").with_columns(new=couples.height + pl.int_range(pl.len()))
    movers = pl.concat([couples, alone]).sort("new", "male", descending=[False, True])
    married = movers.select(pl.len().over("new") == 2).to_series()
    wife = married & ~movers["male"]
    first = movers.unique("new", keep="first", maintain_order=True)
    household = _highest(world.households["household_id"]) + 1
    family = _highest(world.families["family_id"]) + 1
    homes = first.select("household_id", "new").join(
        world.households, on="household_id", how="left", maintain_order="left"
    )
    homes = homes.with_columns(household_id=household + pl.col("new")).select(world.households.columns)
    world.households = pl.concat([world.households, homes.cast(world.households.schema)])
    district = homes["village"].str.slice(0, 6).cast(pl.Int64).to_numpy()
    issued = np.full(first.height, today.day * 10_000 + today.month * 100 + today.year % 100)
    cards = first.select(
        family_id=family + pl.col("new"),
        household_id=household + pl.col("new"),
        no_kk=worlds.number(district, issued, world.code, rng),
    )
    world.families = pl.concat([world.families, cards.cast(world.families.schema)])
    settled = movers.select(
        "person_id",
        new_family=family + pl.col("new"),
        new_household=household + pl.col("new"),
        new_relation=pl.when(wife).then(pl.lit("ISTRI")).otherwise(pl.lit("KEPALA KELUARGA")),
        new_marital=pl.when(married).then(pl.lit("KAWIN")),
    ).join(homes.select(new_household="household_id", new_village="village"), on="new_household", how="left")
    changes = ("family_id", "household_id", "relation", "marital", "village")
    return (
        people.join(settled, on="person_id", how="left", maintain_order="left")
        .with_columns(pl.coalesce(f"new_{name.removesuffix('_id')}", name).alias(name) for name in changes)
        .select(people.columns)
        .cast(people.schema)
    )
