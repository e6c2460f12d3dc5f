"""Dindikbud's export: students of Dapodik, and whether they receive PIP."""

from __future__ import annotations

import numpy as np
import polars as pl

from simulation import dinsos, files, kept
from simulation.night import Night
from simulation.truth import person_truth
from simulation.world import POPULATION

SOURCE, KEY = "dindik_siswa", "nisn"
AGES = (6, 19)
KINDS = ((12, "SD", 6), (15, "SMP", 6), (18, "SMA", 6), (99, "SMK", 7))
"""Highest age, kind of school, and the difference between age and class."""
DUE_EVERY = 3
AGAIN = "again"
"""Purpose of the draws for students whom a second school has registered too."""


def export(night: Night) -> None:
    """Write the students on the first night, and every third night after."""
    students = night.remembered(SOURCE, lambda: _first(night))
    if night.number:
        kept.next_night(students, KEY, night, SOURCE, _change)
    if night.number % DUE_EVERY:
        return
    night.keep(SOURCE, students.exported, files.Lines("siswa.jsonl", zipped=True))
    rows = students.rows.unique(KEY, keep="first", maintain_order=True)
    night.truth(SOURCE, person_truth(rows, pl.col(KEY).str.replace("^\ue000", "").str.zfill(10), "self"))


def _change(struck: pl.Expr) -> list[pl.Expr]:
    return [pl.when(struck).then(pl.lit("PUTUS")).otherwise(pl.col("status")).alias("status")]


def _first(night: Night) -> kept.KeptList:
    """The students of the first night; a second school has registered a few of them under another number."""
    rng = night.rng(SOURCE, "choose")
    of_age = night.world.persons.filter(pl.col("age").is_between(*AGES) & (pl.col("status") == "AKTIF"))
    pupils = kept.some(of_age, night.size("students") * POPULATION[night.code], rng)
    pupils = kept.with_homes(_with_effects(pupils, of_age, night), night)
    again = night.rng(SOURCE, AGAIN)
    twice = pupils.filter(pl.Series(again.random(pupils.height) < night.rates["education"]["pupil_twice"]))
    second = _students(twice, night, again, AGAIN).with_columns(
        pl.col(KEY).str.replace("^\ue000", "").str.zfill(10).str.replace("^00", "01")
    )
    return kept.start(_students(pupils, night, rng, "damage"), KEY, night.rng(SOURCE, "reserve"), second)


def _with_effects(pupils: pl.DataFrame, of_age: pl.DataFrame, night: Night) -> pl.DataFrame:
    """Take out pupils whom hardship keeps from school, and add children whom the programme brings there.

    The chance of a child to be a pupil becomes p = share * (1 - school_by_hardship * (1 - hardship)), and of a child
    of the programme p + school_by_jamsosratu, as far as that is a chance.
    """
    rates = night.rates["effects"]
    if not any(rates.values()):  # nothing is drawn: a seed stays the province that it was
        return pupils
    homes = night.world.households.select("household_id", "hardship")
    children = of_age.join(homes, on="household_id", how="left", maintain_order="left")
    rng, was = night.rng(SOURCE, "effects"), children["person_id"].is_in(pupils["person_id"].implode()).to_numpy()
    stays = 1 - rates["school_by_hardship"] * (1 - children["hardship"].to_numpy())
    chance = pupils.height / max(1, of_age.height) * stays
    helped = children["household_id"].is_in(dinsos.kept(night).jamsosratu["household_id"].implode()).to_numpy()
    joins = helped * np.clip(rates["school_by_jamsosratu"] / np.maximum(1 - chance, 1e-9), 0, 1)
    goes = was & (rng.random(len(was)) < stays)
    return of_age.filter(pl.Series(goes | (rng.random(len(was)) < joins)))


def _students(pupils: pl.DataFrame, night: Night, rng: np.random.Generator, purpose: str) -> pl.DataFrame:
    rates, count = night.rates["education"], pupils.height
    damage = night.damage(SOURCE, "lists", count, purpose)
    kinds, classes = _school(pupils["age"])
    poor = (pupils["hardship"] < rates["poor_below"]).to_numpy()
    pip = rng.random(count) < np.where(poor, rates["pip_of_poor"], rates["pip_of_others"])
    number = "00" + night.code[2:] + (pupils["person_id"] % 1_000_000).cast(pl.String).str.zfill(6)
    short = pl.Series(rng.random(count) < rates["nisn_short"])
    school = pl.Series(rng.integers(1, 400, count)).cast(pl.String).str.zfill(4)
    return pl.DataFrame(
        {
            **{name: pupils[name] for name in kept.TRUE_IDS},
            "nisn": damage.where(number, (short.to_numpy(), "\ue000" + number.str.strip_chars_start("0"))),
            "nik": damage.nik(pupils["nik"]),
            "nama": damage.name(pupils["name"]),
            "tanggal_lahir": damage.birth(pupils["birth"]),
            "nama_ibu": damage.name(pupils["mother"].fill_null("SITI AMINAH")),
            "npsn": "20" + night.code[2:] + school,
            "nama_sekolah": kinds + " NEGERI " + school,
            "jenjang": damage.code(kinds, "PAUD"),
            "kelas": damage.where(classes, (damage.hit("name_title"), "Kelas " + classes)),
            "status": kept.choose(rng, count, ["AKTIF", "PUTUS", "LULUS"], [0.955, 0.02, 0.025]),
            "penerima_pip": pl.Series(pip),
            "no_kip": damage.where(
                pl.Series([None] * count, dtype=pl.String), (pip, kept.numbered("KIP", night.code, pupils))
            ),
            "kode_kecamatan": damage.where(
                pupils["village"].str.slice(0, 6), (damage.hit("village_unknown"), night.code + "99")
            ),
        }
    ).pipe(damage.repeat, "nama", "NAMA LAIN")


def _school(age: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Kind of school and class by age."""
    kind = pl.lit(None, pl.String)
    number = pl.lit(None, pl.Int64)
    for upto, name, behind in reversed(KINDS):
        kind = pl.when(age <= upto).then(pl.lit(name)).otherwise(kind)
        number = pl.when(age <= upto).then(age.cast(pl.Int64) - behind).otherwise(number)
    frame = pl.select(kind=kind, number=number.clip(1, 13).cast(pl.String))
    return frame["kind"], frame["number"]
