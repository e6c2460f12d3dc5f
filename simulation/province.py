"""Simulates the whole province, night by night and kabupaten by kabupaten, so that memory is limited to the largest one
and the lists of the poor.
"""

from __future__ import annotations

import importlib
import pkgutil
import shutil
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from simulation import faults, files, life, world
from simulation.night import Night, Store
from simulation.truth import residents
from validations import regions

RATES = Path(__file__).with_name("rates.toml")
FIRST_NIGHT = date(2019, 11, 1)


@dataclass(frozen=True)
class Summary:
    """What was written: people in the register, delivery dates, files."""

    persons: int
    dates: tuple[date, ...]
    files: int


def write_province(
    scale: float,
    seed: int,
    out: Path,
    nights: int = 1,
    first_date: date = FIRST_NIGHT,
    config: Path | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Summary:
    """Write `out/landing/<source>/<date>/` and `out/truth/`; `out` must be new or empty.

    scale: 1 is the province. config: a file like rates.toml with overriding values. progress: called with the code of
    each kabupaten/kota when it starts.

    Raises:
        FileExistsError: `out` is not empty.
        ValueError: scale or nights is not positive, or the config names an unknown rate or fault.
    """
    if scale <= 0 or nights < 1:
        raise ValueError("scale and nights must be positive")
    if out.exists() and any(out.iterdir()):
        raise FileExistsError(f"{out} is not empty")
    rates = read_rates(config)
    faults.check(rates["faults"])
    store = Store(out / "landing", first_date, out / "parts")
    exports = _exports()
    persons = 0
    for code in regions.regency_codes():
        progress(code)
        persons += _write_regency(code, scale, seed, nights, rates, store, exports, out)
    _write_gathered(store)
    for source, night in sorted(store.repeats):
        _repeat(store, source, night)
    faults.strike(store.landing, rates["faults"], store.day, nights)
    files.done(store.landing)
    _write_truth(out)
    _write_field_truth(store, out)
    dates = tuple(store.day(night) for night in range(nights))
    return Summary(persons, dates, sum(1 for path in store.landing.glob("*/*/*") if path.name != files.DONE))


def read_rates(config: Path | None = None) -> dict[str, dict]:
    """Read rates.toml, overridden by another file."""
    rates = tomllib.loads(RATES.read_text())
    for section, values in (tomllib.loads(config.read_text()) if config else {}).items():
        if unknown := values.keys() - rates.get(section, {}).keys():
            raise ValueError(f"{config} names rates that do not exist: {section}: {sorted(unknown)}")
        rates[section].update(values)
    return rates


def _exports() -> list[Callable[[Night], None]]:
    """The `export` of every agency's module."""
    modules = (
        importlib.import_module(f"simulation.{found.name}")
        for found in pkgutil.iter_modules([str(Path(__file__).parent)])
    )
    return [module.export for module in modules if hasattr(module, "export")]


def _write_regency(
    code: str, scale: float, seed: int, nights: int, rates: dict, store: Store, exports: list, out: Path
) -> int:
    rng = np.random.default_rng([seed, int(code)])
    households = max(20, round(rates["size"]["households"] * scale * world.POPULATION[code]))
    regency = world.make(code, households, rng, store.first, rates["people"])
    life.settle_past(regency, rates["register"], rng, store.first)
    memory: dict = {}
    for number in range(nights):
        if number:
            life.live_one_day(regency, rates["nights"], rng, store.day(number))
        night = Night(number, code, regency, scale, seed, rates, store, memory)
        for export in exports:
            export(night)
    _write_truth_parts(store, regency, out, code)
    return regency.persons.height


def _write_gathered(store: Store) -> None:
    """Write the province-wide files, after all kabupaten/kota."""
    for (source, night, target), parts in store.frames.items():
        target.write(parts, files.folder(store.landing, source, store.day(night)), night)
    shutil.rmtree(store.parts)


def _repeat(store: Store, source: str, night: int) -> None:
    """Repeat the newest earlier delivery of a source, byte for byte, with a later date."""
    today = files.folder(store.landing, source, store.day(night))
    earlier = [path for path in sorted(today.parent.iterdir()) if path.name < today.name]
    for path in earlier[-1].iterdir():
        shutil.copy(path, today / path.name)


def _write_truth_parts(store: Store, regency: world.Regency, out: Path, code: str) -> None:
    """Write the truth of one kabupaten/kota: records as exported, the final household and family of each person, and
    the people.
    """
    parts = out / "truth" / "parts"
    for kind in ("records", "residents"):
        (parts / kind).mkdir(parents=True, exist_ok=True)
    now = regency.persons.select("person_id", now_household="household_id", now_family="family_id")
    for source, frames in store.truth.items():
        rows = pl.concat(frames, how="vertical_relaxed").unique(
            ["record_key", "role"], keep="last", maintain_order=True
        )
        rows = rows.join(now, left_on="true_person_id", right_on="person_id", how="left", maintain_order="left")
        rows.select(
            pl.lit(source).alias("source"),
            "record_key",
            "role",
            "true_person_id",
            "last_delivered",
            true_household_id=pl.coalesce("now_household", "true_household_id"),
            true_family_id=pl.coalesce("now_family", "true_family_id"),
        ).write_parquet(parts / "records" / f"{source}-{code}.parquet")
    store.truth.clear()
    residents(regency).write_parquet(parts / "residents" / f"{code}.parquet")


def _write_truth(out: Path) -> None:
    parts, truth = out / "truth" / "parts", out / "truth"
    rows = pl.scan_parquet(parts / "records" / "*.parquet")
    persons = rows.filter(pl.col("true_person_id").is_not_null())
    persons.select("source", "record_key", "role", "true_person_id").sink_parquet(truth / "persons.parquet")
    of_households = rows.filter(pl.col("role").ne_missing("parent"))  # a measurement belongs to its child's household
    households = of_households.select("source", "record_key", "true_household_id", "true_family_id")
    households.sink_parquet(truth / "households.parquet")
    rows.select("source", "record_key", "role", "last_delivered").sink_parquet(truth / "deliveries.parquet")
    pl.scan_parquet(parts / "residents" / "*.parquet").sink_parquet(truth / "residents.parquet")
    shutil.rmtree(parts)


def _write_field_truth(store: Store, out: Path) -> None:
    """`visits.parquet`: forms with a fault of the field, and families without a visit (no submission_id).
    `reports.parquet`: what becomes of each report.
    """
    never = [
        frame.select(
            pl.lit(None, pl.String).alias("submission_id"),
            "participant_no",
            "companion_id",
            pl.lit("never_visited").alias("fault"),
            pl.lit(store.first).alias("first_delivered"),
        )
        for frame in store.unvisited.values()
    ]
    for name, frames in (("visits", [*store.field_faults, *never]), ("reports", store.reports)):
        if frames:
            pl.concat(frames).write_parquet(out / "truth" / f"{name}.parquet")
