"""The result of the pull from Dinas Koperasi UKM's database: enterprises, and their aid."""

from __future__ import annotations

import polars as pl

from simulation import files, kept
from simulation.night import Night
from simulation.truth import person_truth
from simulation.world import POPULATION

SOURCE, KEY = "diskop_umkm", "id_umkm"
TRADES = ["WARUNG", "BENGKEL", "KUE", "JAHIT", "TERNAK", "PERTANIAN", "KERAJINAN"]


def export(night: Night) -> None:
    """Write the current table on all nights but the second of every three."""
    table = night.remembered(SOURCE, lambda: kept.start(_first(night), KEY, night.rng(SOURCE, "reserve")))
    if night.number:
        kept.next_night(table, KEY, night, SOURCE, _change)
    if night.number % 3 == 1:
        return
    night.keep(SOURCE, table.exported, files.Lines("umkm.jsonl"))
    rows = table.rows.unique(KEY, keep="first", maintain_order=True)
    night.truth(SOURCE, person_truth(rows, pl.col(KEY), "owner"))


def _change(struck: pl.Expr) -> list[pl.Expr]:
    helped = struck & pl.col("bantuan").is_null()
    return [
        pl.when(helped).then(pl.lit("BPUM")).otherwise(pl.col("bantuan")).alias("bantuan"),
        pl.when(helped).then(pl.lit(2019)).otherwise(pl.col("tahun_bantuan")).alias("tahun_bantuan"),
    ]


def _first(night: Night) -> pl.DataFrame:
    rng, rates = night.rng(SOURCE, "choose"), night.rates["economy"]
    adults = night.world.persons.filter(pl.col("age").is_between(20, 65) & (pl.col("status") == "AKTIF"))
    owners = kept.some(adults, max(3, night.size("umkm") * POPULATION[night.code]), rng)
    count, damage = owners.height, night.damage(SOURCE, "lists", owners.height)
    trade = kept.choose(rng, count, TRADES)
    helped = rng.random(count) < rates["aided"]
    business = "02" + night.code[2:] + (owners["person_id"] % 1_000_000_000).cast(pl.String).str.zfill(9)
    empty = pl.Series([None] * count, dtype=pl.String)
    return pl.DataFrame(
        {
            **{name: owners[name] for name in kept.TRUE_IDS},
            "id_umkm": kept.numbered("UMKM", night.code, owners),
            "nib": damage.where(empty, (rng.random(count) < rates["registered"], business)),
            "nik_pemilik": damage.nik(owners["nik"]),
            "nama_pemilik": damage.name(owners["name"]),
            "nama_usaha": trade + " " + owners["name"].str.split(" ").list.first(),
            "sektor": trade,
            "omzet_tahunan": pl.Series(rng.integers(3, 300, count) * 1_000_000),
            "bantuan": damage.where(empty, (helped, kept.choose(rng, count, ["BPUM", "ALAT KERJA", "PELATIHAN"]))),
            "tahun_bantuan": pl.select(
                pl.when(pl.Series(helped & (rng.random(count) > 0.03))).then(pl.Series(rng.integers(2016, 2020, count)))
            ).to_series(),
            "kode_desa": damage.village(owners["village"]),
        }
    ).pipe(damage.repeat, "nama_pemilik", "NAMA LAIN")
