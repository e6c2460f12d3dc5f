"""Damages whole deliveries so that they cannot, or must not, be loaded, on the nights that `[faults]` of rates.toml
names: the state of the night before must stay in force. The truth does not contain them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl

from simulation import files

COMPOUND_FILE = bytes.fromhex("D0CF11E0A1B11AE1")
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def check(faults: dict[str, int]) -> None:
    """Refuse invalid faults before a province is simulated.

    Raises:
        ValueError: a fault is unknown, or set for the first night, which has no earlier state.
    """
    for name, night in faults.items():
        if name not in FAULTS or night == 1 or night < 0:
            raise ValueError(f"a fault must be known and strike on a night after the first: {name} = {night}")


def strike(landing: Path, faults: dict[str, int], day: Callable[[int], date], nights: int) -> None:
    """Damage the deliveries of the named nights; `faults` as accepted by `check`."""
    for name, night in faults.items():
        if 1 < night <= nights:
            FAULTS[name](landing, day(night - 1))


def _register(landing: Path, day: date, code: str) -> Path:
    return files.folder(landing, "dukcapil_penduduk", day) / f"dukcapil_{code}.csv"


def _cut_off(landing: Path, day: date) -> None:
    path = _register(landing, day, "3671")
    path.write_bytes(path.read_bytes().rstrip()[:-25])


def _empty_file(landing: Path, day: date) -> None:
    _register(landing, day, "3603").write_bytes(b"")


def _html_inside(landing: Path, day: date) -> None:
    _alone(landing, "dinsos_jamsosratu", day).write_text("<html><body><table><tr><td>NO_PESERTA</td></tr></table>")


def _password(landing: Path, day: date) -> None:
    path = _alone(landing, "dinsos_dtks_anggota", day)
    path.write_bytes(COMPOUND_FILE + bytes(900) + ENCRYPTED + bytes(900))


def _alone(landing: Path, source: str, day: date) -> Path:
    """The only workbook of a source's delivery, whether or not it was due that night."""
    folder = files.folder(landing, source, day)
    for path in folder.iterdir():
        path.unlink()
    return folder / f"{source}.xlsx"


def _renamed_column(landing: Path, day: date) -> None:
    _change_header(landing, day, lambda header: header.replace("NAMA_PENGURUS", "PENERIMA_BANTUAN"))


def _added_column(landing: Path, day: date) -> None:
    _change_header(landing, day, lambda header: header, ",BANK", ",BJB")


def _change_header(landing: Path, day: date, change: Callable[[str], str], head: str = "", cell: str = "") -> None:
    for path in files.folder(landing, "dinsos_pkh", day).glob("*.csv"):
        raw = path.read_bytes()
        encoding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
        header, *rows = raw.decode(encoding).splitlines()
        text = "\n".join([change(header) + head, *(row + cell for row in rows)]) + "\n"
        path.write_bytes(text.encode(encoding))


def _new_keys(landing: Path, day: date) -> None:
    _change_cells(landing, day, ("B" + pl.col("ID_PKH")).alias("ID_PKH"))


def _all_quarantined(landing: Path, day: date) -> None:
    _change_cells(landing, day, pl.lit("36.99.99.9999").alias("KODE_DESA"))


def _one_status(landing: Path, day: date) -> None:
    _change_cells(landing, day, pl.lit("NONAKTIF").alias("STATUS_KEPESERTAAN"))


def _change_cells(landing: Path, day: date, change: pl.Expr) -> None:
    """Change the values of a column of PKH's list for that night."""
    for path in files.folder(landing, "dinsos_pkh", day).glob("*.csv"):
        raw = path.read_bytes()
        encoding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
        frame = pl.read_csv(raw.decode(encoding).encode(), infer_schema=False)
        path.write_bytes(frame.with_columns(change).write_csv().encode(encoding))


FAULTS: dict[str, Callable[[Path, date], None]] = {
    "cut_off": _cut_off,
    "empty_file": _empty_file,
    "html_inside": _html_inside,
    "password": _password,
    "renamed_column": _renamed_column,
    "added_column": _added_column,
    "new_keys": _new_keys,
    "all_quarantined": _all_quarantined,
    "one_status": _one_status,
}
