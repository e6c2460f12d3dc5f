"""What a field type is, and the cleaning that all of them begin with.

A normaliser is total and idempotent: what it cannot read it leaves as it came, for the check on the canonical pattern
to catch. Everything is a Polars expression over text columns, never a loop.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from validations.messages import Message

Profile = Mapping[str, Any]
"""Facts about a whole column of one file."""
_PLAIN = r"^[A-Z0-9.,;:'/()\-]+(?: [A-Z0-9.,;:'/()\-]+)*$"


@dataclass(frozen=True)
class Cell:
    """One column of a batch as a finding sees it: expressions for the delivered and the canonical value."""

    column: str
    profile: Profile

    @property
    def raw(self) -> pl.Expr:
        return pl.col(raw_name(self.column))

    @property
    def value(self) -> pl.Expr:
        return pl.col(self.column)

    @property
    def state(self) -> pl.Expr:
        return pl.col(f"{self.column}_state")


@dataclass(frozen=True, eq=False)
class Finding:
    """A named thing to be said of a value, where `when` is true. A warning needs a `reason`: why it may come in."""

    message: Message
    when: Callable[[Cell], pl.Expr]
    reason: str = ""


@dataclass(frozen=True, eq=False)
class FieldType:
    """How one kind of value is read and judged.

    normalise: delivered text (blank is null) and the file's profile -> canonical text. errors: what quarantines the
    row; repairs and warnings: what is only noted. profile: facts about the whole file's column that reading one row
    needs. coded: a value from a short list (or several, joined by `;`), so that the share of each says something of the
    whole. companions: extra columns by suffix (`state`), made from the delivered and canonical values. allowed_id and
    allowed_en say for the agency what may stand there.

    Raises:
        ValueError: a warning gives no reason.
    """

    name: str
    normalise: Callable[[pl.Expr, Profile], pl.Expr]
    errors: tuple[Finding, ...] = ()
    repairs: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()
    profile: Callable[[pl.Series], dict[str, Any]] | None = None
    companions: Mapping[str, Callable[[pl.Expr, pl.Expr, Profile], pl.Expr]] = field(default_factory=dict)
    allowed_id: str = ""
    allowed_en: str = ""
    coded: bool = False

    def __post_init__(self) -> None:
        for warning in self.warnings:
            if not warning.reason:
                raise ValueError(f"warning {warning.message.code} gives no reason")


def raw_name(column: str) -> str:
    """The name under which a batch carries a column as delivered, beside the canonical one."""
    return f"raw:{column}"


def shared(body: Callable[..., pl.Expr], *values: pl.Expr) -> pl.Expr:
    """`body(*values)`, where each value is evaluated once, however often `body` uses it.

    An expression used twice stands twice in the plan, and what is made of it twice again: planning alone would take
    longer than a small batch. `body` may use its arguments and literals, no other column.
    """
    given = pl.struct(value.alias(str(n)) for n, value in enumerate(values))
    made = body(*(pl.field(str(n)) for n in range(len(values)))).alias("made")
    return given.struct.with_fields(made).struct.field("made")


def unless(pattern: str, raw: pl.Expr, otherwise: Callable[[pl.Expr], pl.Expr]) -> pl.Expr:
    """Values that match are canonical as they came; only the others go the slow way (it sees null for the rest)."""
    return shared(
        lambda raw, canonical: pl.when(canonical).then(raw).otherwise(otherwise(pl.when(~canonical).then(raw))),
        raw,
        raw.str.contains(pattern),
    )


def clean(text: pl.Expr) -> pl.Expr:
    """One blank for any run of blanks or control characters, none at the ends; a blank value is null."""
    squeezed = text.str.replace_all(r"[\s\u00a0\u200b\ufeff\p{Cc}]+", " ").str.strip_chars(" ")
    return shared(lambda squeezed: pl.when(squeezed == "").then(None).otherwise(squeezed), squeezed)


def upper(text: pl.Expr) -> pl.Expr:
    """Cleaned, in upper case."""
    return unless(_PLAIN, text, lambda other: clean(other).str.to_uppercase())


def bare(text: pl.Expr) -> pl.Expr:
    """Cleaned, without the apostrophes that keep a spreadsheet from counting."""
    rest = clean(text).str.replace(r"^['’`\s]+", "")
    return shared(lambda rest: pl.when(rest != "").then(rest), rest)


def unquoted(text: pl.Expr) -> pl.Expr:
    """Bare, and without the `.0` that a spreadsheet adds to a number; `1.000` is left, for it may be a thousand."""
    return bare(text).str.replace(r"^(\d+)[.,]0{1,2}$", "$1")


def malformed(pattern: str) -> Callable[[Cell], pl.Expr]:
    """True where a canonical value is there and does not have the pattern."""
    return lambda cell: ~cell.value.str.contains(pattern)
