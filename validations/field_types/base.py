"""What a field type is.

A normaliser is total and idempotent: what it cannot read it leaves as it came, for the check on the canonical pattern
to catch. Everything is a Polars expression over text columns, never a loop.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import polars as pl

from validations.field_types.characters import clean, unreadable
from validations.messages import Message

Profile = Mapping[str, Any]
"""Facts about a whole column of one file."""


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

    @property
    def how(self) -> pl.Expr:
        return pl.col(how_name(self.column))

    @property
    def valueless(self) -> pl.Expr:
        """The delivered value where no canonical one was made of it."""
        return pl.when(self.value.is_null()).then(self.raw)

    @property
    def unreadable(self) -> pl.Expr:
        """Whether an error value or a formula without its result was delivered (ruling 26)."""
        return unreadable(self.valueless).fill_null(False)

    @property
    def blank(self) -> pl.Expr:
        """Whether nothing was delivered, or a word for it."""
        return self.value.is_null() & ~self.unreadable & clean(self.valueless).is_null()


@dataclass(frozen=True, eq=False)
class Finding:
    """A named thing to be said of a value, where `when` is true. A warning needs a `reason`: why it may come in.

    value: what takes the place of `{value}`, in Indonesian and in English; the delivered value, if it is not given.
    only_if: as of a Doubt of a contract. What a warning says of cells of which no value was made is an error where a
    value is needed.
    """

    message: Message
    when: Callable[[Cell], pl.Expr]
    reason: str = ""
    value: Callable[[Cell], tuple[pl.Expr, pl.Expr]] | None = None
    only_if: Literal["", "empty", "valueless", "changed"] = ""


@dataclass(frozen=True, eq=False)
class FieldType:
    """How one kind of value is read and judged.

    normalise: delivered text (blank is null) and the file's profile -> canonical text. errors: what quarantines the
    row; repairs and warnings: what is only noted. profile: facts about the whole file's column that reading one row
    needs. coded: a value from a short list (or several, joined by `;`), so that the share of each says something of the
    whole. companions: extra columns by suffix (`state`), made from the delivered and canonical values. allowed_id and
    allowed_en say for the agency what may stand there. private: names and addresses, which no message quotes.
    json: kinds of JSON values beside texts and numbers that it takes. whole: a number here is a label, of which no
    fraction exists. notices: what is said of a file whose column has a fact of its profile. how: a word for how the
    canonical value came of the delivered one, which findings read (`Cell.how`); it is no content of the record.

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
    private: bool = False
    json: tuple[str, ...] = ()
    whole: bool = False
    notices: tuple[tuple[str, Message], ...] = ()
    how: Callable[[pl.Expr, pl.Expr, Profile], pl.Expr] | None = None

    def __post_init__(self) -> None:
        for warning in self.warnings:
            if not warning.reason:
                raise ValueError(f"warning {warning.message.code} gives no reason")


def raw_name(column: str) -> str:
    """The name under which a batch carries a column as delivered, beside the canonical one."""
    return f"raw:{column}"


def how_name(column: str) -> str:
    """The name under which a batch carries how a column's canonical value came about."""
    return f"how:{column}"


def malformed(pattern: str) -> Callable[[Cell], pl.Expr]:
    """True where a canonical value is there and does not have the pattern."""
    return lambda cell: ~cell.value.str.contains(pattern)
