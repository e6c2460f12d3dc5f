"""Activities of Dinas Sosial's programmes: payments as the bank reports them, and the companions' visits."""

from __future__ import annotations

import numpy as np
import polars as pl

from simulation import dinsos, files, kept, visits
from simulation.night import Night
from simulation.visits import VISITS

PAYMENTS = "dinsos_penyaluran"
STAGES = {"PKH": ("2019-01-20", "2019-04-20", "2019-07-20", "2019-10-20"), "JAMSOSRATU": ("2019-05-15", "2019-09-16")}
"""Days on which the stages of the first year were paid."""
YEARLY = {"BUMIL": 3_000_000, "BALITA": 3_000_000, "SD": 900_000, "SMP": 1_500_000, "SMA": 2_000_000,
          "DISABILITAS": 2_400_000, "LANSIA": 2_400_000}  # fmt: skip
KPM_YEARLY = 1_750_000
SERVER = "https://odk.example.id/v1/projects/1/forms"
PAGE = 250


def export(night: Night) -> None:
    """Write the year's payments and the last visits on the first night, and new ones on the others."""
    lists = dinsos.kept(night)
    pkh = lists.pkh.unique("ID_PKH", keep="first", maintain_order=True)
    kpm = lists.jamsosratu.unique("NO_PESERTA", keep="first", maintain_order=True)
    paid = [
        _paid(pkh, "STATUS_KEPESERTAAN", night).select(PROGRAM=pl.lit("PKH"), NO_PESERTA="ID_PKH", yearly=_entitled()),
        _paid(kpm, "STATUS", night).select(
            PROGRAM=pl.lit("JAMSOSRATU"), NO_PESERTA="NO_PESERTA", yearly=pl.lit(KPM_YEARLY)
        ),
    ]
    kpm = kpm.filter(STATUS="AKTIF")
    payments = _payments(pl.concat(paid, how="vertical_relaxed"), night)
    if payments.height:
        night.keep(PAYMENTS, payments, files.Table("PENYALURAN.csv", ";"))
    sent = visits.forms(kpm, night)
    if sent.height:
        night.keep(VISITS, sent, files.Pages("submissions", PAGE, f"{SERVER}/kunjungan.svc/Submissions"))


def _paid(families: pl.DataFrame, status: str, night: Night) -> pl.DataFrame:
    """Families in force, and a few that no longer are."""
    chance = night.rng(PAYMENTS, status).random(families.height)
    still = pl.Series(chance < night.rates["payments"]["after_exit"])
    return families.filter((pl.col(status) == "AKTIF") | still)


def _entitled() -> pl.Expr:
    """Rupiah a year by components."""
    found = [
        pl.col("KOMPONEN").str.contains(rf"\b{name}\b").fill_null(False) * amount for name, amount in YEARLY.items()
    ]
    return pl.sum_horizontal(found)


def _payments(families: pl.DataFrame, night: Night) -> pl.DataFrame:
    rng, rates = night.rng(PAYMENTS, "pay"), night.rates["payments"]
    if night.number:
        families = families.filter(pl.Series(rng.random(families.height) < rates["late"]))
        stages = [(name, len(days), days[-1]) for name, days in STAGES.items()]
    else:
        stages = [(name, nth, day) for name, days in STAGES.items() for nth, day in enumerate(days, start=1)]
    stage = pl.DataFrame(stages, {"PROGRAM": pl.String, "stage": pl.Int64, "day": pl.String}, orient="row")
    count = stage.group_by("PROGRAM").agg(pl.lit(1), of=pl.col("stage").max())
    rows = families.join(stage, on="PROGRAM", maintain_order="left").join(
        count, on="PROGRAM", how="left", maintain_order="left"
    )
    damage = night.damage(PAYMENTS, "lists", rows.height)
    number, size = rows.select(
        n="TRX" + pl.lit(f"{night.number:03d}") + pl.col("NO_PESERTA") + "T" + pl.col("stage").cast(pl.String),
        size=pl.col("yearly") // pl.col("of"),
    )
    when = rows["day"].str.to_date().dt.offset_by(f"{7 * night.number}d") if night.number else rows["day"].str.to_date()
    late = pl.select((pl.lit(night.store.day(night.number)) + pl.duration(days=3)).dt.to_string("%d-%m-%Y")).item()
    frame = pl.DataFrame(
        {
            "NO_TRANSAKSI": number,
            "PROGRAM": damage.code(rows["PROGRAM"], "BLT"),
            "NO_PESERTA": damage.where(
                rows["NO_PESERTA"], (rng.random(rows.height) < rates["unknown_participant"], "X" + rows["NO_PESERTA"])
            ),
            "PERIODE": "2019-T" + rows["stage"].cast(pl.String),
            "JUMLAH": damage.where(
                _rupiah(size, rng), (rng.random(rows.height) < rates["negative"], "-" + size.cast(pl.String))
            ),
            "TANGGAL_SALUR": damage.where(
                when.dt.to_string("%d-%m-%Y"), (rng.random(rows.height) < rates["after_delivery"], late)
            ),
            "STATUS": kept.choose(rng, rows.height, ["BERHASIL", "GAGAL", "RETUR"], [0.97, 0.02, 0.01]),
        }
    )
    twice = frame.filter(pl.Series(rng.random(frame.height) < rates["paid_twice"]))
    again = twice.with_columns(NO_TRANSAKSI=pl.col("NO_TRANSAKSI") + "B")
    return pl.concat([damage.repeat(frame, "STATUS", "GAGAL"), again])


def _rupiah(amount: pl.Series, rng: np.random.Generator) -> pl.Series:
    """Amounts in the spellings that banks use."""
    text = amount.cast(pl.String)
    grouped = text.str.replace(r"^(\d+)(\d{3})$", "$1.$2").str.replace(r"^(\d+)(\d{3})\.", "$1.$2.")
    style = pl.Series(rng.integers(0, 5, amount.len()))
    return pl.select(
        pl.when(style == 0).then("Rp " + grouped).when(style == 1).then(grouped + ",00")
        .when(style == 2).then("Rp" + grouped + ",-").when(style == 3).then(grouped).otherwise(text)
    ).to_series()  # fmt: skip
