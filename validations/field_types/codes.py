"""Values from a list: sex, yes/no, status, and sets of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from validations.field_types.base import Cell, FieldType, Finding, Profile, malformed
from validations.field_types.characters import as_shown, upper
from validations.field_types.expressions import shared
from validations.messages import Message

UNKNOWN = "TIDAK DIKETAHUI"
UNKNOWN_CODE = Message(
    "unknown_code",
    "Nilai “{value}” tidak dikenal untuk {column}. Yang diterima: {allowed}.",
    "Value “{value}” is not known for {column}. Allowed: {allowed}.",
)
UNKNOWN_VALUE = Message(
    "unknown_value",
    "Nilai “{value}” tidak ada di daftar {column}; dicatat sebagai TIDAK DIKETAHUI.",
    "Value “{value}” is not in the list of {column}; noted as TIDAK DIKETAHUI.",
)
COMPONENT_EMPTY = Message("component_empty", "{column} tidak berisi komponen.", "{column} holds no component.")
TOO_MANY_COMPONENTS = Message(
    "too_many_components",
    "{column} memuat terlalu banyak komponen. Yang diterima: {allowed}.",
    "{column} holds too many components. Allowed: {allowed}.",
)


def _code_key(text: pl.Expr) -> pl.Expr:
    """A code in its comparison form: ignores case, blanks, and `_` or `-` versus blank."""
    return as_shown(text).str.replace_all(r"[\s_\-]+", " ").str.strip_chars(" ").str.replace(r"^(\d+)\.0+$", "$1")


def coded(values: Mapping[str, tuple[str, ...]], lenient: bool = False) -> FieldType:
    """A value from a list: canonical -> synonyms.

    lenient: an unknown value becomes `TIDAK DIKETAHUI` with a warning (ruling 16); otherwise it is an error that names
    it.
    """
    spellings = {
        spelling.upper().replace("_", " ").replace("-", " "): canonical
        for canonical, synonyms in values.items()
        for spelling in (canonical, *synonyms)
    }
    known = list(dict.fromkeys([*values, *([UNKNOWN] if lenient else [])]))
    if lenient:
        spellings[UNKNOWN] = UNKNOWN

    def normalise(raw: pl.Expr, _: Profile) -> pl.Expr:
        def listed(key: pl.Expr, other: pl.Expr) -> pl.Expr:
            found = key.replace_strict(spellings, default=None, return_dtype=pl.String)
            unlisted = pl.when(other.is_not_null()).then(pl.lit(UNKNOWN)) if lenient else other
            return pl.coalesce(found, unlisted)

        return shared(listed, _code_key(raw), upper(raw))

    def unlisted(cell: Cell) -> pl.Expr:
        return ~_code_key(pl.when(cell.value == UNKNOWN).then(cell.raw)).is_in(list(spellings))

    return FieldType(
        "lenient_code" if lenient else "code",
        normalise,
        errors=() if lenient else (Finding(UNKNOWN_CODE, lambda cell: ~cell.value.is_in(known)),),
        warnings=(
            Finding(UNKNOWN_VALUE, unlisted, "the lists of the agencies change; the original is kept (ruling 16)"),
        )
        if lenient
        else (),
        allowed_id=", ".join(known),
        allowed_en=", ".join(known),
        coded=True,
        values=tuple(known),
    )


def sex() -> FieldType:
    """`L` or `P`."""
    return coded({"L": ("LAKI-LAKI", "LAKI", "LK", "PRIA", "1"), "P": ("PEREMPUAN", "PR", "WANITA", "2")})


def yes_no() -> FieldType:
    """`YA` or `TIDAK`."""
    kind = coded({"YA": ("Y", "YES", "TRUE", "1"), "TIDAK": ("T", "TDK", "NO", "N", "FALSE", "0")})
    return replace(kind, json=("BOOLEAN",))


def components(values: tuple[str, ...], most: int) -> FieldType:
    """A set of codes joined by `;`, canonical in alphabetical order, no repeats; empty is a warning (ruling 15)."""
    one = "|".join(values)

    def normalise(raw: pl.Expr, _: Profile) -> pl.Expr:
        given = upper(raw).str.replace_all(r"\s*[;,/+][\s;,/+]*", ";").str.strip_chars("; ")
        parts = given.str.split(";").list.unique().list.sort()
        return upper(pl.when(given != "").then(parts.list.join(";")))  # ` ,-` becomes `-`, a word for none

    return FieldType(
        "components",
        normalise,
        errors=(
            Finding(UNKNOWN_CODE, malformed(rf"^(?:{one})(?:;(?:{one}))*$")),
            Finding(TOO_MANY_COMPONENTS, lambda cell: cell.value.str.count_matches(";") >= most),
        ),
        warnings=(
            Finding(
                COMPONENT_EMPTY,
                lambda cell: cell.value.is_null() & ~cell.unreadable,
                "a family between components stays a participant (ruling 15)",
            ),
        ),
        allowed_id=f"paling banyak {most} dari {', '.join(values)}, dipisah “;”",
        allowed_en=f"at most {most} of {', '.join(values)}, joined by `;`",
        coded=True,
    )
