"""Definition of a field type.

A normaliser is total and idempotent: it leaves unreadable text unchanged for the check on the canonical pattern.
Everything is a Polars expression over text columns, never a loop.
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
    """One column of a batch, for findings: expressions for the delivered and the canonical value."""

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
        """The delivered value if it has no canonical one."""
        return pl.when(self.value.is_null()).then(self.raw)

    @property
    def unreadable(self) -> pl.Expr:
        """Whether an error value, or a formula without result, was delivered (ruling 26)."""
        return unreadable(self.valueless).fill_null(False)

    @property
    def blank(self) -> pl.Expr:
        """Whether the cell is empty or says "none"."""
        return self.value.is_null() & ~self.unreadable & clean(self.valueless).is_null()


@dataclass(frozen=True, eq=False)
class Finding:
    """A named finding about a value, raised where `when` is true. A warning needs a `reason`: why it may be accepted.

    value: replacement of `{value}`, in Indonesian and in English; by default the delivered value. only_if: as in
    `contract.Doubt`. A warning about cells without a canonical value is an error where a value is needed.
    """

    message: Message
    when: Callable[[Cell], pl.Expr]
    reason: str = ""
    value: Callable[[Cell], tuple[pl.Expr, pl.Expr]] | None = None
    only_if: Literal["", "empty", "valueless", "changed"] = ""


@dataclass(frozen=True, eq=False)
class FieldType:
    """How one kind of value is read and judged.

    normalise: delivered text (blank is null) and the file's profile -> canonical text. errors quarantine the row;
    repairs and warnings are only recorded. profile: facts about the file's whole column that reading one row needs.
    coded: a value from a short list (or several, joined by `;`), so that the share of each describes the whole. values:
    the list, if one value is chosen from it.
    companions: extra columns by suffix (`state`), computed from the delivered and canonical values. allowed_id and
    allowed_en describe the allowed values for the agency. private: names and addresses, which messages never quote.
    json: kinds of JSON values it accepts besides texts and numbers. whole: a number here is a label and has no
    fraction. notices: message about a file whose profile has a fact. how: a word for how the canonical value was
    derived from the delivered one, for findings (`Cell.how`); it is not content of the record.

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
    values: tuple[str, ...] = ()
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
    """A batch's name for a delivered column, beside the canonical one."""
    return f"raw:{column}"


def how_name(column: str) -> str:
    """A batch's name for the column that records how a canonical value was derived."""
    return f"how:{column}"


def malformed(pattern: str) -> Callable[[Cell], pl.Expr]:
    """True where a canonical value exists and does not match the pattern."""
    return lambda cell: ~cell.value.str.contains(pattern)
