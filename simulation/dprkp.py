"""DPRKP's export: the survey of unfit houses, with region names as people spell them."""

from __future__ import annotations

import numpy as np
import polars as pl

from simulation import cards, files, kept
from simulation.defects import Damage
from simulation.dinsos import share_of_the_poor
from simulation.night import Night
from simulation.truth import person_truth
from validations import regions

SOURCE, KEY = "dprkp_rtlh", "ID_RTLH"
REGENCIES = {
    "3601": ["KAB. PANDEGLANG", "Pandeglang"],
    "3602": ["KAB LEBAK", "LEBAK"],
    "3603": ["KAB. TANGERANG", "Kabupaten Tangerang"],
    "3604": ["KAB. SERANG", "Kab Serang"],
    "3671": ["KOTA TANGERANG", "Kota Tangerang"],
    "3672": ["KOTA CILEGON", "CILEGON"],
    "3673": ["KOTA SERANG", "Kota Serang"],
    "3674": ["KOTA TANGERANG SELATAN", "TANGSEL"],
}
"""Two spellings of each kabupaten/kota."""


def export(night: Night) -> None:
    """Write the survey on the first night and every fifth night after."""
    survey = night.remembered(SOURCE, lambda: kept.start(_first(night), KEY, night.rng(SOURCE, "reserve")))
    if night.number:
        kept.next_night(survey, KEY, night, SOURCE, _change)
    if night.number % 5:
        return
    night.keep(SOURCE, survey.exported, files.Table("RTLH_BANTEN.csv", ","))
    rows = survey.rows.unique(KEY, keep="first", maintain_order=True)
    night.truth(SOURCE, person_truth(rows, pl.col(KEY), "self"))


def _change(struck: pl.Expr) -> list[pl.Expr]:
    return [pl.when(struck).then(pl.lit("PROSES")).otherwise(pl.col("STATUS_BANTUAN")).alias("STATUS_BANTUAN")]


def _first(night: Night) -> pl.DataFrame:
    rng = night.rng(SOURCE, "choose")
    heads = night.world.persons.filter((pl.col("relation") == "KEPALA KELUARGA") & (pl.col("status") == "AKTIF"))
    heads = kept.with_homes(heads, night)
    poor = heads.filter(pl.col("hardship") < night.rates["housing"]["poor_below"])
    poor = kept.some(poor, max(3, night.size("rtlh") * share_of_the_poor(night.code)), rng)
    count, damage = poor.height, night.damage(SOURCE, "lists", poor.height)
    status = kept.choose(rng, count, ["BELUM", "PROSES", "SELESAI"], [0.7, 0.1, 0.2])
    fit = ["LAYAK", "TIDAK LAYAK"]
    return pl.DataFrame(
        {
            **{name: poor[name] for name in kept.TRUE_IDS},
            "ID_RTLH": kept.numbered("RTLH", night.code, poor),
            "NIK": damage.nik(poor["nik"]),
            "NO_KK": damage.card(cards.as_stated(night, SOURCE, poor)),
            "NAMA": damage.name(poor["name"]),
            "ALAMAT": poor["address"],
            **_names(poor["village"], night, damage, rng),
            "ATAP": kept.choose(rng, count, fit, [0.3, 0.7]),
            "LANTAI": kept.choose(rng, count, fit, [0.2, 0.8]),
            "DINDING": damage.code(kept.choose(rng, count, fit, [0.25, 0.75]), "RUSAK"),
            "STATUS_BANTUAN": status,
            "TAHUN": damage.where(
                pl.Series([None] * count, dtype=pl.String),
                ((status == "SELESAI").to_numpy(), pl.Series(rng.integers(2014, 2020, count))),
            ),
        }
    ).pipe(damage.repeat, "NAMA", "NAMA LAIN")


def _names(village: pl.Series, night: Night, damage: Damage, rng: np.random.Generator) -> dict[str, pl.Series]:
    """KABUPATEN, KECAMATAN, DESA of villages: aliases, prefixes, other case, and a few unknown names."""
    rates, count = night.rates["housing"], village.len()
    villages, districts = regions.villages(), regions.districts()
    desa = village.replace_strict(villages["village_code"], villages["village_name"])
    district = village.str.slice(0, 6)
    kecamatan = district.replace_strict(districts["district_code"], districts["district_name"])
    aliases = regions.aliases("district").unique("code", maintain_order=True)
    other = district.replace_strict(aliases["code"], aliases["alias"], default=None, return_dtype=pl.String)
    alias = other.is_not_null().to_numpy() & (rng.random(count) < rates["alias"])
    unknown = rng.random(count) < rates["district_unknown"]
    lost = rng.random(count) < rates["village_unknown"]
    style = rng.random(count)
    return {
        "KABUPATEN": kept.choose(rng, count, REGENCIES[night.code], [0.7, 0.3]),
        "KECAMATAN": damage.where(
            kecamatan,
            (unknown, kecamatan + " BARAT DAYA"),
            (alias, other),
            (style < 0.1, "Kec. " + kecamatan.str.to_titlecase()),
        ),
        "DESA": damage.where(
            desa, (lost, desa + "KALER"), (style > 0.9, "DS. " + desa), (style < 0.2, desa.str.to_titlecase())
        ),
    }
