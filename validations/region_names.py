"""Finds regions by name where an agency gives no code: kabupaten/kota, kecamatan, desa (DPRKP).

Names are compared without case, blanks, dots and prefixes (`KEC.`, `DESA`); aliases come from the seed. Each level is
searched only within the one above, so the kecamatan distinguishes villages of the same name. Nothing is guessed: for a
name that is not found, the nearest candidates are listed for a person to decide.
"""

from __future__ import annotations

from functools import cache

import duckdb
import polars as pl

from validations import regions

NEAREST = 3
_BEFORE = {
    "district": r"^(?:KECAMATAN|KEC\b\.?)\s*",
    "village": r"^(?:DESA|DS\b\.?|KELURAHAN|KEL\b\.?)\s*",
}
_KIND = r"^(?:(KABUPATEN|KAB\b\.?)|(KOTA)\b)\s*"


def resolve(given: pl.DataFrame) -> pl.DataFrame:
    """Look up codes.

    given: columns `regency`, `district`, `village` (text or null), one row per combination. Returns these with
    `regency_code`, `district_code`, `village_code` (null if this or a higher level was not found), and `nearest`: the
    nearest candidates for the highest level that was not found, best first, as text.
    """
    keyed = given.with_columns(
        _regency_key(pl.col("regency")).alias("regency_key"),
        _key(pl.col("district"), "district").alias("district_key"),
        _key(pl.col("village"), "village").alias("village_key"),
    )
    found = (
        keyed.join(_regencies(), on="regency_key", how="left", maintain_order="left")
        .join(_districts(), on=["regency_code", "district_key"], how="left", maintain_order="left")
        .join(_villages(), on=["district_code", "village_key"], how="left", maintain_order="left")
    )
    return found.with_columns(_nearest(found)).drop("regency_key", "district_key", "village_key")


def _letters(name: pl.Expr) -> pl.Expr:
    return name.str.replace_all(r"[^A-Z0-9]", "")


def _key(name: pl.Expr, level: str) -> pl.Expr:
    return _letters(name.str.to_uppercase().str.strip_chars().str.replace(_BEFORE[level], ""))


def _regency_key(name: pl.Expr) -> pl.Expr:
    """`KAB`, `KOTA` or nothing, then the name: `SERANG` alone is ambiguous, so no region."""
    given = name.str.to_uppercase().str.strip_chars()
    kind = (
        pl.when(given.str.extract(_KIND, 1).is_not_null()).then(pl.lit("KAB "))
        .when(given.str.extract(_KIND, 2).is_not_null()).then(pl.lit("KOTA "))
        .otherwise(pl.lit(""))
    )  # fmt: skip
    return kind + _letters(given.str.replace(_KIND, ""))


@cache
def _regencies() -> pl.DataFrame:
    names = regions.regencies().select(pl.col("regency_name").alias("name"), pl.col("regency_code"))
    aliases = regions.aliases("regency").select(pl.col("alias").alias("name"), pl.col("code").alias("regency_code"))
    every = pl.concat([names, aliases]).select(_regency_key(pl.col("name")).alias("regency_key"), "regency_code")
    return every.unique(maintain_order=True)


@cache
def _districts() -> pl.DataFrame:
    aliases = regions.aliases("district")
    names = regions.districts().select("regency_code", "district_code", name="district_name")
    other = aliases.select(regency_code="parent_code", district_code="code", name="alias")
    every = pl.concat([names, other]).with_columns(_key(pl.col("name"), "district").alias("district_key"))
    return every.select("regency_code", "district_code", "district_key").unique(maintain_order=True)


@cache
def _villages() -> pl.DataFrame:
    """Villages by their current kecamatan, and villages that changed it also by the former one."""
    now = regions.villages().select("village_code", "district_code", "village_name")
    moved = regions.village_changes().select(
        village_code="new_code", district_code=pl.col("old_code").str.slice(0, 6)
    ).join(now.select("village_code", "village_name"), on="village_code")  # fmt: skip
    other = regions.aliases("village").select(village_code="code", district_code="parent_code", village_name="alias")
    every = pl.concat([now, moved.select(now.columns), other])
    keyed = every.with_columns(_key(pl.col("village_name"), "village").alias("village_key"))
    unique = keyed.unique(["district_code", "village_key", "village_code"]).filter(
        pl.len().over("district_code", "village_key") == 1
    )
    return unique.select("district_code", "village_key", "village_code").sort("village_code")


_CANDIDATES = f"""
with place as (
    select '{regions.PROVINCE}' as parent, split_part(regency_key, ' ', -1) as key, regency_name as name from regency
    union all select regency_code, district_key, district_name from district
    union all select district_code, village_key, village_name from village),
wanted as (
    select place_at, coalesce(district_code, regency_code, '{regions.PROVINCE}') as parent,
        case when district_code is not null then village_key when regency_code is not null then district_key
             else split_part(regency_key, ' ', -1) end as key
    from found where village_code is null),
ranked as (
    select place_at, name, row_number() over (
        partition by place_at order by jaro_winkler_similarity(wanted.key, place.key) desc, name) as nth
    from wanted join place using (parent) where wanted.key <> '')
select place_at, string_agg(name, ', ' order by nth) as nearest from ranked where nth <= {NEAREST} group by place_at
"""


def _nearest(found: pl.DataFrame) -> pl.Series:
    """The nearest names under the last level that was found; null if all were found, or no name was given."""
    with duckdb.connect() as connection:
        connection.register("regency", regions.regencies().with_columns(
            _regency_key(pl.col("regency_name")).alias("regency_key")))  # fmt: skip
        connection.register("found", found.with_row_index("place_at"))
        connection.register("district", regions.districts().with_columns(
            _key(pl.col("district_name"), "district").alias("district_key")))  # fmt: skip
        connection.register("village", regions.villages().with_columns(
            _key(pl.col("village_name"), "village").alias("village_key")))  # fmt: skip
        near = pl.DataFrame(connection.sql(_CANDIDATES).to_arrow_table())
    rows = pl.DataFrame({"place_at": pl.int_range(found.height, dtype=pl.UInt32, eager=True)})
    near = near.with_columns(pl.col("place_at").cast(pl.UInt32), pl.col("nearest").cast(pl.String))
    return rows.join(near, on="place_at", how="left", maintain_order="left")["nearest"]
