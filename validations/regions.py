"""Region codes for intake, from the seeds that the warehouse is built with (`dbt_project/seeds/regions`)."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import polars as pl

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
    words = f" {_words(Path(file_name).stem)} "
    found = {code for code in regency_codes() if f" {code} " in words}
    for alias, code in _regency_names():
        if f" {alias} " in words:
            found.add(code)
            words = words.replace(f" {alias} ", " ")
    return found.pop() if len(found) == 1 else None
