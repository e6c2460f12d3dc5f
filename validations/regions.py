"""Region codes for intake, from the seeds that the warehouse is built with (`dbt_project/seeds/regions`)."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import polars as pl

from validations.messages import Filled, Message

COVERAGE_UNCLEAR = Message(
    "coverage_unclear",
    "Nama berkas menyebut {names}, bukan tepat satu kabupaten/kota; berkas dibaca sebagai seluruh provinsi. Tulis satu "
    "saja, misalnya “KAB SERANG”, “KOTA SERANG” atau kodenya.",
    "The name of the file names {names}, not exactly one kabupaten/kota; the file counts for the whole province. Write "
    "one only, such as `KAB SERANG`, `KOTA SERANG` or its code.",
)

PROVINCE = "36"
"""Banten's code: the first two digits of its kabupaten/kota; equal to dbt's variable `province`."""
SEEDS = Path(__file__).resolve().parents[1] / "dbt_project" / "seeds" / "regions"


def _seed(table: str) -> pl.DataFrame:
    return pl.read_csv(SEEDS / f"{table}.csv", infer_schema=False)


@cache
def villages() -> pl.DataFrame:
    """village_code (10 digits), district_code, village_name, kind; Banten's current villages."""
    return _seed("ref_village")


@cache
def village_codes() -> pl.Series:
    return villages()["village_code"]


@cache
def districts() -> pl.DataFrame:
    """district_code (6 digits), regency_code, district_name."""
    return _seed("ref_district")


@cache
def district_codes() -> pl.Series:
    return districts()["district_code"]


@cache
def regencies() -> pl.DataFrame:
    """regency_code (4 digits), regency_name (with KABUPATEN or KOTA), kind, bps_code."""
    return _seed("ref_regency")


def aliases(level: str) -> pl.DataFrame:
    """Other spellings of the regions of a level (regency, district, village): parent_code, alias, code."""
    return _seed("ref_region_alias").filter(pl.col("level") == level).select("parent_code", "alias", "code")


@cache
def village_changes() -> pl.DataFrame:
    """old_code, new_code, change, basis."""
    return _seed("ref_village_change")


@cache
def nik_prefixes() -> pl.Series:
    """Every present or past kecamatan code of the country (6 digits)."""
    return _seed("ref_nik_prefix")["prefix"]


@cache
def regency_codes() -> tuple[str, ...]:
    """The eight kabupaten/kota of Banten."""
    return tuple(regencies()["regency_code"])


@cache
def _regency_names() -> tuple[tuple[str, str], ...]:
    """(name as written in file names, code), longest first, so that TANGERANG SELATAN matches before TANGERANG."""
    official = regencies().select(pl.col("regency_name").alias("alias"), pl.col("regency_code").alias("code"))
    every = pl.concat([official, aliases("regency").select("alias", "code")])
    names = {(_words(alias), code) for alias, code in every.iter_rows()}
    return tuple(sorted(names, key=lambda pair: (-len(pair[0]), pair)))


def _words(text: str) -> str:
    return " ".join(re.findall(r"[A-Z]+|\d+", text.upper()))


def regency_in_name(file_name: str) -> str | None:
    """The kabupaten/kota in a file name, by code or name; None if there is none, or more than one.

    `SERANG` and `TANGERANG` alone are ambiguous and count as none: they need `KAB` or `KOTA` before them.
    """
    found, _ = _in_name(file_name)
    return found.pop() if len(found) == 1 else None


def coverage_notices(file_name: str) -> list[Filled]:
    """A notice if a file's name names several kabupaten/kota, or one of two, so that it counts for the province."""
    found, unclear = _in_name(file_name)
    if len(found) == 1 or not (found or unclear):
        return []
    return [COVERAGE_UNCLEAR.fill(names=", ".join([*sorted(found), *sorted(unclear)]))]


def _in_name(file_name: str) -> tuple[set[str], set[str]]:
    """The codes of the kabupaten/kota in a file name, and names in it that two of them bear."""
    words = f" {_words(Path(file_name).stem)} "
    found = {code for code in regency_codes() if f" {code} " in words}
    for alias, code in _regency_names():
        if f" {alias} " in words:
            found.add(code)
            words = words.replace(f" {alias} ", " ")
    bare = [name.partition(" ")[2] for name in regencies()["regency_name"]]
    return found, {name for name in bare if bare.count(name) > 1 and f" {name} " in words}
