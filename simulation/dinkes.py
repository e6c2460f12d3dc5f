"""Exports of Dinas Kesehatan: members of BPJS Kesehatan, and measurements of children (e-PPGBM)."""

from __future__ import annotations

import numpy as np
import polars as pl

from simulation import files, kept
from simulation.night import Night
from simulation.truth import person_truth
from simulation.world import POPULATION

COVER, GROWTH = "dinkes_jkn", "dinkes_gizi"
SEGMENTS = ["PBI APBN", "PBI APBD", "PPU", "PBPU", "BP"]
OF_POOR, OF_OTHERS = [0.72, 0.12, 0.06, 0.09, 0.01], [0.18, 0.06, 0.46, 0.26, 0.04]
"""Shares of the segments among the poor and the others: a plausible guess with some 40 % PBI."""
DUE_EVERY = 4
AGAIN = "again"
"""Purpose of the draws for members who have a second card."""
MONTH = 30


def export(night: Night) -> None:
    """Write the members on the first night and every fourth night after; measurements every night."""
    members = night.remembered(COVER, lambda: _first(night))
    if night.number:
        kept.next_night(members, "NO_KARTU", night, COVER, _change)
    if night.number % DUE_EVERY == 0:
        night.keep(COVER, members.exported, files.Table("PESERTA_JKN.txt", "|"))
        rows = members.rows.unique("NO_KARTU", keep="first", maintain_order=True)
        night.truth(COVER, person_truth(rows, pl.col("NO_KARTU").str.zfill(13), "self"))
    _export_growth(night)


def _change(struck: pl.Expr) -> list[pl.Expr]:
    return [pl.when(struck).then(pl.lit("NONAKTIF")).otherwise(pl.col("STATUS")).alias("STATUS")]


def _first(night: Night) -> kept.KeptList:
    """The members of the first night; a few have a second card, half of these of another segment."""
    rng = night.rng(COVER, "choose")
    people = night.world.persons.filter((pl.col("status") != "MENINGGAL") | (pl.col("person_id") % 2 == 0))
    people = kept.with_homes(kept.some(people, night.size("jkn") * POPULATION[night.code], rng), night)
    again = night.rng(COVER, AGAIN)
    twice = people.filter(pl.Series(again.random(people.height) < night.rates["health"]["member_twice"]))
    second = _members(twice, night, again, AGAIN).with_columns(
        NO_KARTU=pl.col("NO_KARTU").str.zfill(13).str.replace("^000", "001")
    )
    return kept.start(_members(people, night, rng, "damage"), "NO_KARTU", night.rng(COVER, "reserve"), second)


def _members(people: pl.DataFrame, night: Night, rng: np.random.Generator, purpose: str) -> pl.DataFrame:
    rates, count = night.rates["health"], people.height
    damage = night.damage(COVER, "good_lists", count, purpose)
    poor = (people["hardship"] < rates["poor_below"]).to_numpy()
    segment = np.where(poor, rng.choice(5, count, p=OF_POOR), rng.choice(5, count, p=OF_OTHERS))
    number = "000" + night.code[2:] + (people["person_id"] % 10_000_000).cast(pl.String).str.zfill(8)
    return pl.DataFrame(
        {
            **{name: people[name] for name in kept.TRUE_IDS},
            "NO_KARTU": damage.where(
                number, (rng.random(count) < rates["card_short"], number.str.strip_chars_start("0"))
            ),
            "NIK": damage.nik(people["nik"]),
            "NAMA": damage.name(people["name"]),
            "TGL_LAHIR": damage.birth(people["birth"]),
            "SEGMEN": damage.code(pl.Series(SEGMENTS).gather(segment), "MANDIRI"),
            "FASKES": "PUSKESMAS " + people["village"].str.slice(0, 6),
            "STATUS": kept.choose(rng, count, ["AKTIF", "NONAKTIF"], [0.9, 0.1]),
            "KODE_DESA": damage.where(
                damage.village(people["village"]), (rng.random(count) < rates["place_missing"], None)
            ),
        }
    ).pipe(damage.repeat, "NAMA", "NAMA LAIN")


def _export_growth(night: Night) -> None:
    """A month's measurements on the first night, a day's on each later one."""
    rng = night.rng(GROWTH, "choose")
    small = night.world.persons.filter(
        (pl.col("age") < 5) & (pl.col("status") == "AKTIF") & pl.col("mother").is_not_null()
    )
    wanted = night.size("growth") * POPULATION[night.code]
    children = kept.some(small, max(2, wanted) if not night.number else rng.poisson(wanted / MONTH), rng)
    if children.is_empty():
        return
    mothers = night.world.persons.filter(pl.col("slot") == 2).unique("household_id").select(
        "household_id", mother_id="person_id", mother_family="family_id", mother_nik="nik"
    )  # fmt: skip
    children = children.join(mothers, on="household_id", how="left", maintain_order="left")
    frame = _measurements(children, night)
    night.keep(
        GROWTH,
        frame.drop("mother_id", "mother_family", *kept.TRUE_IDS),
        files.Workbook(GROWTH, "e-PPGBM", "PENIMBANGAN"),
    )
    once = frame.unique("ID_PENGUKURAN", keep="first", maintain_order=True)
    parents = once.filter(pl.col("NIK_ORTU").is_not_null() & pl.col("mother_id").is_not_null())
    night.truth(GROWTH, person_truth(once, pl.col("ID_PENGUKURAN"), "child"))
    parents = parents.with_columns(person_id="mother_id", family_id="mother_family")
    night.truth(GROWTH, person_truth(parents, pl.col("ID_PENGUKURAN"), "parent"))


def _measurements(children: pl.DataFrame, night: Night) -> pl.DataFrame:
    rng, rates, count = night.rng(GROWTH, "measure"), night.rates["health"], children.height
    damage = night.damage(GROWTH, "lists", count)
    today = pl.lit(night.store.day(night.number))
    ago = pl.Series(rng.integers(0, MONTH if not night.number else 2, count))
    days = children.select(
        on=pl.max_horizontal(today - pl.duration(days=pl.lit(ago)), "birth").cast(pl.Date), birth="birth"
    )
    months = ((days["on"] - days["birth"]).dt.total_days() / 30.44).to_numpy()
    score = rng.normal(-1.1, 1.2, count)
    height = (49.5 + 7.4 * np.sqrt(months)) * (1 + 0.038 * score)
    weight = 3.2 + 1.55 * np.sqrt(months) + rng.normal(0, 0.6, count)
    swapped = rng.random(count) < rates["measures_swapped"]
    weight, height = np.where(swapped, height, weight), np.where(swapped, weight, height)
    status = pl.select(
        pl.when(pl.Series(score < -3)).then(pl.lit("SANGAT PENDEK")).when(pl.Series(score < -2)).then(pl.lit("PENDEK"))
        .when(pl.Series(score > 3)).then(pl.lit("TINGGI")).otherwise(pl.lit("NORMAL"))
    ).to_series()  # fmt: skip
    empty = pl.Series([None] * count, dtype=pl.String)
    own, mothers = damage.nik(children["nik"]), damage.nik(children["mother_nik"].fill_null("0"))
    return pl.DataFrame(
        {
            **{name: children[name] for name in (*kept.TRUE_IDS, "mother_id", "mother_family")},
            "ID_PENGUKURAN": kept.numbered(f"UKR{night.number:03d}", night.code, children),
            "NIK_ANAK": damage.where(own, (rng.random(count) < rates["child_without_nik"], empty)),
            "NAMA_ANAK": damage.name(children["name"]),
            "JENIS_KELAMIN": damage.code(
                children.select(pl.when("male").then(pl.lit("L")).otherwise(pl.lit("P"))).to_series(), "X"
            ),
            "TGL_LAHIR": damage.birth(children["birth"]),
            "NAMA_ORTU": damage.name(children["mother"]),
            "NIK_ORTU": damage.where(mothers, (rng.random(count) < rates["parent_without_nik"], empty)),
            "POSYANDU": kept.choose(rng, count, ["MELATI", "MAWAR", "KENANGA", "ANGGREK"]),
            "KODE_DESA": damage.village(children["village"]),
            "TGL_UKUR": days["on"].dt.to_string("%d-%m-%Y"),
            "BB": _decimal(weight, rng),
            "TB": _decimal(height, rng),
            "ZS_TB_U": damage.where(_decimal(score, rng), (rng.random(count) < rates["outlier"], "Outlier")),
            "STATUS_TB_U": damage.code(status, "GEMUK"),
        }
    ).pipe(damage.repeat, "NAMA_ANAK", "NAMA LAIN")


def _decimal(numbers: np.ndarray, rng: np.random.Generator) -> pl.Series:
    """Numbers with a comma, a point, or (as e-PPGBM does) a colon."""
    text = pl.Series(np.round(numbers, 2)).cast(pl.String)
    sign = rng.random(len(numbers))
    marks = pl.when(pl.Series(sign < 0.7)).then(text.str.replace(".", ",", literal=True))
    return pl.select(
        marks.when(pl.Series(sign > 0.97)).then(text.str.replace(".", ":", literal=True)).otherwise(text)
    ).to_series()
