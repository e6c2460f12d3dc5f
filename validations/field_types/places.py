"""Where something is: village codes, RT and RW."""

from __future__ import annotations

import polars as pl

from validations import regions
from validations.field_types.base import Cell, FieldType, Finding, Profile, malformed, unquoted
from validations.messages import Message

VILLAGE_UNKNOWN = Message(
    "village_unknown", "Kode desa “{value}” tidak ada di Banten.", "Village code “{value}” does not exist in Banten."
)
VILLAGE_RECODED = Message(
    "village_recoded",
    "Kode desa lama “{value}” diganti dengan kode yang berlaku.",
    "Old village code “{value}” replaced by the one in force.",
)
NEIGHBOURHOOD_MALFORMED = Message(
    "neighbourhood_malformed", "{column} harus paling banyak tiga angka.", "{column} must be three digits at most."
)


def _village_digits(raw: pl.Expr) -> pl.Expr:
    given = unquoted(raw)
    digits = given.str.replace_all(r"[.\s]", "")
    return pl.when(digits.str.contains(r"^\d{10}$")).then(digits).otherwise(given)


def _recoded(cell: Cell) -> pl.Expr:
    return _village_digits(pl.when(cell.raw != cell.value).then(cell.raw)) != cell.value


def village_code() -> FieldType:
    """A Kemendagri village code of Banten, ten digits, with or without dots; codes that were replaced are mapped."""

    def normalise(raw: pl.Expr, _: Profile) -> pl.Expr:
        changes = regions.village_changes()
        renewed = dict(zip(changes["old_code"], changes["new_code"], strict=True))
        digits = _village_digits(raw)
        return digits.replace(renewed) if renewed else digits

    return FieldType(
        "village_code",
        normalise,
        errors=(Finding(VILLAGE_UNKNOWN, lambda cell: ~cell.value.is_in(regions.village_codes().implode())),),
        repairs=(Finding(VILLAGE_RECODED, _recoded),),
        allowed_id="kode Kemendagri 10 angka, dengan atau tanpa titik",
        allowed_en="Kemendagri code, 10 digits, with or without dots",
    )


def neighbourhood() -> FieldType:
    """An RT or RW: up to three digits, zero-padded to three; zero and `-` mean unknown."""

    def normalise(raw: pl.Expr, _: Profile) -> pl.Expr:
        given = unquoted(unquoted(raw).str.to_uppercase().str.replace(r"^(?:RT|RW)[.:\s]*", ""))
        return (
            pl.when(given.str.contains(r"^(?:0+|-+)$")).then(None)
            .when(given.str.contains(r"^\d{1,3}$")).then(given.str.zfill(3))
            .otherwise(given)
        )  # fmt: skip

    return FieldType(
        "neighbourhood",
        normalise,
        warnings=(
            Finding(
                NEIGHBOURHOOD_MALFORMED,
                malformed(r"^\d{3}$"),
                "the village places the household; RT and RW only help a companion find the door",
            ),
        ),
        allowed_id="001–999, atau “001/002” untuk RT/RW",
        allowed_en="001–999, or `001/002` for RT/RW",
    )
