"""What a contract is: the columns, key and rules of one source, declared once; header matching, Pandera schema and
docs follow from it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from validations.field_types import FieldType
    from validations.rules import RowRule, SetRule


def header_key(header: str) -> str:
    """A header as it is compared: case, surrounding blanks, `_` against blank, and a trailing `*` do not matter."""
    return re.sub(r"[\s_]+", " ", header.replace("\ufeff", "")).strip().rstrip("*").strip().upper()


@dataclass(frozen=True)
class Field:
    """One column of an export, as exports.md names it.

    required: the column must be there. nullable: a row may leave it empty. synonyms: other headers seen for it.
    `title_id` and `title_en` say in a few words what it holds; `example` is synthetic.
    """

    name: str
    type: FieldType
    title_id: str
    title_en: str
    required: bool = True
    nullable: bool = False
    synonyms: tuple[str, ...] = ()
    example: str = ""


@dataclass(frozen=True)
class HeaderMatch:
    """A delivered header held against a contract. `positions` maps each contract column found to its place (from 0)."""

    positions: dict[str, int]
    missing: tuple[str, ...]
    unlisted: tuple[str, ...]
    doubled: dict[str, tuple[int, ...]]


@dataclass(frozen=True)
class Contract:
    """The columns, key and rules of one source. `key` names the columns whose normalised values, joined by `|`, are
    the record_key.
    """

    source: str
    title_id: str
    title_en: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    rules: tuple[RowRule, ...] = ()
    set_rules: tuple[SetRule, ...] = ()

    def field(self, name: str) -> Field:
        """The field called `name`.

        Raises:
            KeyError: the contract has no such column.
        """
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)

    def match(self, header: list[str | None]) -> HeaderMatch:
        """Hold a delivered header row against the contract, by name and never by position."""
        wanted = {header_key(name): field.name for field in self.fields for name in (field.name, *field.synonyms)}
        places: dict[str, list[int]] = {}
        unlisted = []
        for position, cell in enumerate(header):
            name = wanted.get(header_key(cell or ""))
            if name is not None:
                places.setdefault(name, []).append(position)
            elif cell and cell.strip():
                unlisted.append(cell.strip())
        return HeaderMatch(
            positions={name: at[0] for name, at in places.items()},
            missing=tuple(field.name for field in self.fields if field.required and field.name not in places),
            unlisted=tuple(unlisted),
            doubled={name: tuple(at) for name, at in places.items() if len(at) > 1},
        )
