"""The result of the pull from Disnakertrans' API: job seekers and people in training, page by page."""

from __future__ import annotations

import polars as pl

from simulation import files, kept
from simulation.night import Night
from simulation.truth import person_truth
from simulation.world import POPULATION

SOURCE, KEY = "disnaker_pencaker", "id"
SCHOOLS = ["SD", "SMP", "SMA", "SMK", "D3", "S1"]
PAGE = 500


def export(night: Night) -> None:
    """Write the response on the first night, and every second night after."""
    seekers = night.remembered(SOURCE, lambda: kept.start(_first(night), KEY, night.rng(SOURCE, "reserve")))
    if night.number:
        kept.next_night(seekers, KEY, night, SOURCE, _change)
    if night.number % 2:
        return
    night.keep(SOURCE, seekers.exported, files.Pages("pencaker", PAGE))
    rows = seekers.rows.unique(KEY, keep="first", maintain_order=True)
    night.truth(SOURCE, person_truth(rows, pl.col(KEY).cast(pl.String), "self"))


def _change(struck: pl.Expr) -> list[pl.Expr]:
    return [pl.when(struck).then(pl.lit("BEKERJA")).otherwise(pl.col("status")).alias("status")]


def _first(night: Night) -> pl.DataFrame:
    rng = night.rng(SOURCE, "choose")
    adults = night.world.persons.filter(pl.col("age").is_between(17, 50) & (pl.col("status") == "AKTIF"))
    people = kept.some(adults, max(3, night.size("seekers") * POPULATION[night.code]), rng)
    count, damage = people.height, night.damage(SOURCE, "lists", people.height)
    registered = pl.Series(rng.integers(1, 300, count))
    first = pl.lit(night.store.first)
    return pl.DataFrame(
        {
            **{name: people[name] for name in kept.TRUE_IDS},
            "id": people["person_id"],
            "nik": damage.nik(people["nik"]),
            "nama": damage.name(people["name"]),
            "tanggal_lahir": damage.birth(people["birth"]),
            "pendidikan": damage.code(kept.choose(rng, count, SCHOOLS), "PAKET Z"),
            "status": kept.choose(rng, count, ["MENCARI KERJA", "PELATIHAN", "BEKERJA"], [0.7, 0.15, 0.15]),
            "tanggal_daftar": pl.select((first - pl.duration(days=pl.lit(registered))).cast(pl.Date)).to_series()
            .dt.to_string("%Y-%m-%d"),
            "kode_desa": damage.village(people["village"]),
        }
    ).pipe(damage.repeat, "nama", "NAMA LAIN")  # fmt: skip
