"""Judges one delivery from rows given as dictionaries; good rows of every source. All people here are invented."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from assets.sources import all_sources
from validations.contract import Contract
from validations.delivery import Context, RawFile
from validations.engine import Verdict, validate

DELIVERED = date(2019, 11, 1)
NIK, NO_KK, VILLAGE = "3601014508859123", "3601011203109456", "3601012001"
CONTRACTS: dict[str, Contract] = {source.name: source.contract for source in all_sources()}
GOOD: dict[str, dict[str, str | None]] = {
    name: {field.name: field.example for field in contract.fields} for name, contract in CONTRACTS.items()
} | {
    "dukcapil_penduduk": {
        "NIK": NIK,
        "NO_KK": NO_KK,
        "NAMA_LENGKAP": "SITI AMINAH",
        "JENIS_KELAMIN": "P",
        "TEMPAT_LAHIR": "PANDEGLANG",
        "TANGGAL_LAHIR": "05-08-1985",
        "STATUS_HUBUNGAN": "ISTRI",
        "STATUS_KAWIN": "KAWIN",
        "PENDIDIKAN": "SLTP/SEDERAJAT",
        "PEKERJAAN": "PETANI/PEKEBUN",
        "ALAMAT": "KP. CONTOH",
        "RT": "001",
        "RW": "002",
        "KODE_DESA": VILLAGE,
        "STATUS_PENDUDUK": "AKTIF",
        "TANGGAL_STATUS": None,
    },
    "dinsos_dtks_rumah_tangga": {
        "ID_DTKS": "3601010001",
        "NO_KK": NO_KK,
        "NAMA_KRT": "ASEP CONTOH",
        "ALAMAT": "KP. CONTOH",
        "RT": "001",
        "RW": "002",
        "KODE_DESA": VILLAGE,
        "DESIL": "1",
        "JUMLAH_ANGGOTA": "1",
        "JENIS_LANTAI": "TANAH",
        "TANGGAL_PENDATAAN": "2019-02-11",
    },
    "dinsos_dtks_anggota": {
        "ID_DTKS": "3601010001",
        "NO_URUT": "1",
        "NIK": NIK,
        "NAMA": "SITI AMINAH",
        "JENIS_KELAMIN": "P",
        "TANGGAL_LAHIR": "05-08-1985",
        "HUBUNGAN": "KEPALA RUMAH TANGGA",
        "DISABILITAS": "TIDAK",
        "STATUS_SEKOLAH": "TIDAK SEKOLAH LAGI",
        "STATUS_KERJA": "BEKERJA",
    },
    "dinsos_pkh": {
        "ID_PKH": "PKH3601000001",
        "NIK": NIK,
        "NO_KK": NO_KK,
        "NAMA_PENGURUS": "SITI AMINAH",
        "TANGGAL_LAHIR": "05-08-1985",
        "KODE_DESA": VILLAGE,
        "KOMPONEN": "SD;SMP",
        "TAHUN": "2019",
        "TAHAP": "3",
        "STATUS_KEPESERTAAN": "AKTIF",
        "TANGGAL_MULAI": "2015-06-01",
    },
    "dinsos_jamsosratu": {
        "NO_PESERTA": "JSR360100001",
        "NIK": NIK,
        "NO_KK": NO_KK,
        "NAMA": "SITI AMINAH",
        "TANGGAL_LAHIR": "05-08-1985",
        "ALAMAT": "KP. CONTOH",
        "KODE_DESA": VILLAGE,
        "TAHUN_MULAI": "2017",
        "STATUS": "AKTIF",
        "TANGGAL_KELUAR": None,
        "ALASAN_KELUAR": None,
        "ID_PENDAMPING": "PDP3601001",
    },
}


@dataclass(frozen=True)
class Judged:
    """The output of `validate`, read back."""

    folder: Path
    verdict: Verdict

    def table(self, name: str) -> pl.DataFrame:
        return pl.read_parquet(self.folder / f"{name}.parquet")

    @cached_property
    def accepted(self) -> pl.DataFrame:
        return pl.read_parquet(self.folder / "accepted" / "*.parquet").sort("file_name", "row_number")

    def checks(self, name: str) -> set[tuple[int, str, str]]:
        """(row number, column, check) of a table of evidence."""
        if name not in self._checks:
            lines = self.table(name).select("row_number", "column_name", "check_name")
            self._checks[name] = set(lines.iter_rows())
        return self._checks[name]

    @cached_property
    def _checks(self) -> dict[str, set[tuple[int, str, str]]]:
        return {}

    @property
    def quarantined(self) -> set[int]:
        """Row numbers."""
        return {number for number, _, _ in self.checks("quarantine")}

    @property
    def row(self) -> dict[str, Any]:
        """The only accepted row."""
        (row,) = self.accepted.iter_rows(named=True)
        return row


Rows = Sequence[Mapping[str, str | None]]
Judge = Callable[..., Judged]


@pytest.fixture
def good() -> Callable[..., dict[str, str | None]]:
    """A good row of a source with some changes: `good(source, NIK="0")`."""

    def row(source: str, **changes: str | None) -> dict[str, str | None]:
        return {**GOOD[source], **changes}

    return row


@pytest.fixture
def many(good: Callable[..., dict[str, str | None]]) -> Callable[..., list[dict[str, str | None]]]:
    """`many(source, n)`: good rows of different people, with evenly spread last digits."""

    def rows(source: str, count: int, **changes: str | None) -> list[dict[str, str | None]]:
        numbers = range(9000, 9000 + count)
        own = {"ID_DTKS": "36010{}", "ID_PKH": "PKH{}", "NO_PESERTA": "JSR{}", "NIK": "360101450885{}"}
        return [
            {**good(source), **{name: own[name].format(n) for name in own if name in GOOD[source]}, **changes}
            for n in numbers
        ]

    return rows


@pytest.fixture
def judge(tmp_path: Path) -> Judge:
    """Judge a delivery: `judge(source, rows)`, or files by name with their coverage: `{name: (rows, {"3601"})}`.

    The first row of a file has the number 2. A row may have `_problem` and `_line`.
    """
    return judging(tmp_path / "it's home")


@pytest.fixture(scope="session")
def judged_good(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Judged]:
    """`judged_good(source)`: a delivery of one good row, judged once for all tests."""
    judge = judging(tmp_path_factory.mktemp("good"))
    return cache(lambda source: judge(source, [GOOD[source]]))


NAMED = {"sadaya_tindak_lanjut": "dindik-berkas.csv"}
"""File names that identify the sender."""


def judging(place: Path) -> Judge:
    """The fixture `judge` for a folder, for fixtures shared by several tests."""
    made = 0

    def run(
        source: str,
        rows: Rows | Mapping[str, tuple[Rows, set[str] | None]],
        partners: Mapping[str, Sequence[Judged]] | None = None,
        part_rows: int = 1000,
        delivered: date = DELIVERED,
    ) -> Judged:
        nonlocal made
        made += 1
        folder = place / f"delivery-{made}"
        (folder / "raw").mkdir(parents=True)
        tables = rows if isinstance(rows, Mapping) else {NAMED.get(source, "berkas.csv"): (rows, None)}
        files = [
            RawFile(name, _parts(table, folder / "raw", number, part_rows), covered and frozenset(covered))
            for number, (name, (table, covered)) in enumerate(tables.items())
        ]
        there = {name: [one.folder for one in judged] for name, judged in (partners or {}).items()}
        context = Context(f"{source}-{made}", source, delivered, there)
        return Judged(folder, validate(files, CONTRACTS[source], context, folder))

    return run


def _parts(rows: Rows, folder: Path, number: int, part_rows: int) -> tuple[Path, ...]:
    names = list(dict.fromkeys(name for row in rows for name in row if name not in ("_problem", "_line")))
    schema = dict.fromkeys([*names, "_problem", "_line"], pl.String)
    frame = pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema)
    frame = frame.with_columns(_row_number=pl.int_range(2, 2 + len(rows), dtype=pl.Int64))
    paths = []
    for part in range(0, max(len(rows), 1), part_rows):
        paths.append(folder / f"{number}-{part // part_rows}.parquet")
        frame.slice(part, part_rows).write_parquet(paths[-1])
    return tuple(paths)
