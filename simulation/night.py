"""One night of one kabupaten/kota: the input of an agency's module for writing its exports."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from simulation import files
from simulation.defects import Damage


@dataclass
class Store:
    """Collects rows over all kabupaten/kota until a province-wide file can be written.

    field_faults, unvisited: forms with a fault of the field, and by kabupaten/kota the families without a visit so far
    (`simulation.visits`). reports: what becomes of companions' reports (`simulation.dinsos_reports`).
    """

    landing: Path
    first: date
    parts: Path
    frames: dict[tuple[str, int, Any], list[Path]] = field(default_factory=dict)
    repeats: set[tuple[str, int]] = field(default_factory=set)
    truth: dict[str, list[pl.DataFrame]] = field(default_factory=dict)
    field_faults: list[pl.DataFrame] = field(default_factory=list)
    reports: list[pl.DataFrame] = field(default_factory=list)
    unvisited: dict[str, pl.DataFrame] = field(default_factory=dict)

    def day(self, night: int) -> date:
        return self.first + timedelta(days=night)

    def keep(self, source: str, night: int, target: Any, frame: pl.DataFrame) -> None:
        """Store rows of a province-wide file (one of `files`) on disk."""
        kept = self.frames.setdefault((source, night, target), [])
        self.parts.mkdir(parents=True, exist_ok=True)
        path = self.parts / f"{source}-{night}-{len(kept)}.parquet"
        frame.write_parquet(path)
        kept.append(path)


@dataclass
class Night:
    """A night (from 0) of one kabupaten/kota. `world`: the truth on that night; `rates`: those of rates.toml."""

    number: int
    code: str
    world: Any
    scale: float
    seed: int
    rates: dict[str, dict[str, float]]
    store: Store
    memory: dict[str, Any]

    def rng(self, source: str, purpose: str) -> np.random.Generator:
        """A generator for this night, place, source and purpose only."""
        words = zlib.crc32(f"{source}/{purpose}".encode())
        return np.random.default_rng([self.seed, int(self.code), self.number, words])

    def damage(self, source: str, rates: str, rows: int, purpose: str = "damage") -> Damage:
        return Damage(self.rng(source, purpose), self.rates[rates], rows)

    def size(self, name: str) -> float:
        return self.rates["size"][name] * self.scale

    def remembered(self, name: str, make: Callable[[], Any]) -> Any:
        """A value that an agency keeps from night to night; made on the first."""
        if name not in self.memory:
            self.memory[name] = make()
        return self.memory[name]

    def truth(self, source: str, rows: pl.DataFrame) -> None:
        """Add the true persons of tonight's exported records: rows of `simulation.truth`."""
        tonight = rows.with_columns(last_delivered=pl.lit(self.store.day(self.number)))
        self.store.truth.setdefault(source, []).append(tonight)

    def write_table(self, source: str, frame: pl.DataFrame, name: str, separator: str, encoding: str) -> None:
        """Write a file of this kabupaten/kota at once."""
        folder = files.folder(self.store.landing, source, self.store.day(self.number))
        files.write_table(frame, folder / name, separator, encoding)

    def keep(self, source: str, frame: pl.DataFrame, target: Any) -> None:
        """Add rows to a province-wide file: one of `files`' Table, Workbook, Lines, Pages."""
        self.store.keep(source, self.number, target, frame)

    def repeat_yesterday(self, source: str) -> None:
        """Write the file of the night before again with tonight's date."""
        self.store.repeats.add((source, self.number))
