"""Whether the interval that `assets.effect` gives holds the truth: provinces with a planted effect, and with none.

    python -m benchmarks.effect --scale 0.01 --seeds 40

Each seed is simulated twice: children of Jamsosratu's families are in school more often by a known share, and they are
not; hardship keeps children from school in both, and the programme takes the poorer, so that a plain difference of
means is wrong. Households are taken from the simulated truth, so that the figures are of the method alone; what errors
of identity add is a matter of `benchmarks.evaluate`.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import pandas as pd
import polars as pl
from rich.console import Console
from rich.table import Table

from assets.effect.compare import Interval, difference, grouped
from assets.effect.report import PLACEBO
from benchmarks.landing import newest
from simulation.province import FIRST_NIGHT, write_province

PLANTED = (0.15, 0.0)
RATES = """
[effects]
school_by_jamsosratu = {effect}
school_by_hardship = 0.6
[programmes]
jamsosratu_poorest_first = 1
"""


def households(province: Path) -> pd.DataFrame:
    """Households of a simulated province as they truly are, in the columns of `assets/effect/households.sql`."""
    truth = province / "truth"
    of_record = pl.scan_parquet(truth / "households.parquet")
    pupils = pl.scan_parquet(truth / "persons.parquet").filter(source="dindik_siswa").select("true_person_id")
    age = FIRST_NIGHT.year - pl.col("birth_date").dt.year()
    child = age.is_between(7, 18)
    home = (
        pl.scan_parquet(truth / "residents.parquet")
        .filter(status="AKTIF")
        .with_columns(pupil=pl.col("true_person_id").is_in(pupils.collect()["true_person_id"].implode()))
        .group_by("true_household_id")
        .agg(
            pl.col("village_code").first().str.slice(0, 4).alias("regency_code"),
            size=pl.len(),
            school_age=child.sum(),
            small_children=(age < 7).sum(),
            elders=(age >= 60).sum(),
            in_school=pl.col("pupil").filter(child).mean(),
            girls=(~pl.col("male")).filter(child).mean(),
        )
    )
    listed = newest(province / "landing", "dinsos_dtks_rumah_tangga").lazy()
    deciles = (
        listed.select(record_key="ID_DTKS", decile=pl.col("DESIL").cast(pl.Int64, strict=False))
        .join(of_record.filter(source="dinsos_dtks_rumah_tangga"), on="record_key")
        .group_by("true_household_id")
        .agg(pl.col("decile").min())
    )
    on = {
        name: of_record.filter(source=source)
        .select("true_household_id")
        .unique()
        .with_columns(pl.lit(True).alias(name))
        for name, source in (("treated", "dinsos_jamsosratu"), ("pkh", "dinsos_pkh"))
    }
    frame = home.join(deciles, on="true_household_id")
    for name, lazy in on.items():
        frame = frame.join(lazy, on="true_household_id", how="left").with_columns(pl.col(name).fill_null(False))
    frame = frame.filter(pl.col("school_age") > 0, pl.col("decile").is_not_null())
    return frame.rename({"true_household_id": "household_id"}).sort("household_id").collect().to_pandas()


def tried(seed: int, scale: float, effect: float) -> tuple[Interval, Interval, float]:
    """Estimate of one simulated province, that of the placebo, and the plain difference of means.

    Raises:
        ValueError: at this scale too few families are on the programme.
    """
    with tempfile.TemporaryDirectory() as folder:
        rates = Path(folder) / "rates.toml"
        rates.write_text(RATES.format(effect=effect))
        write_province(scale, seed, Path(folder) / "province", config=rates)
        rows = grouped(households(Path(folder) / "province"))
    means = rows.groupby("treated")["in_school"].mean()
    found, placebo = (difference(rows, outcome).interval for outcome in ("in_school", PLACEBO))
    if found is None or placebo is None:
        raise ValueError(f"too few families at scale {scale}")
    return found, placebo, float(means[True] - means[False])


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--scale", type=float, default=0.01)
    arguments.add_argument("--seeds", type=int, default=40)
    chosen = arguments.parse_args()
    table = Table("planted", "intervals that hold it", "of the placebo", "mean estimate", "mean width", "plain means")
    for effect in PLANTED:
        found = [tried(seed, chosen.scale, effect) for seed in range(1, chosen.seeds + 1)]
        held = sum(one.low <= effect <= one.high for one, _, _ in found)
        placebo = sum(one.low <= 0 <= one.high for _, one, _ in found)
        table.add_row(
            f"{effect:.2f}",
            f"{held} of {len(found)}",
            f"{placebo} of {len(found)}",
            f"{sum(one.difference for one, _, _ in found) / len(found):.4f}",
            f"{sum(one.high - one.low for one, _, _ in found) / len(found):.3f}",
            f"{sum(plain for *_, plain in found) / len(found):.4f}",
        )
    Console().print(table)


if __name__ == "__main__":
    main()
