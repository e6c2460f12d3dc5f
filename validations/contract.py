"""Contracts: columns, key and rules of one source, declared once; header matching and schema follow."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as declared
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

import polars as pl

from validations.deletions import HEADINGS
from validations.evidence import NOT_QUOTED, Value
from validations.field_types import Cell, FieldType, Finding, raw_name
from validations.field_types.characters import seen, taken_out
from validations.messages import Message
from validations.rules import Derived, Mend, RowRule, SetRule

if TYPE_CHECKING:
    from pandera.polars import DataFrameSchema

KEY_MISSING = Message(
    "key_missing", "Kunci data ({column}) wajib diisi.", "The record's key ({column}) must be filled in."
)
REQUIRED = Message(
    "required",
    "Kolom {column} wajib diisi. Yang diterima: {allowed}.",
    "Column {column} must be filled in. Allowed: {allowed}.",
)
VALUE_MISSING = Message("value_missing", "Kolom {column} tidak berisi nilai.", "Column {column} holds no value.")
UNREADABLE = Message(
    "unreadable_cell",
    "{column} berisi “{value}”: galat lembar kerja, atau rumus tanpa hasil tersimpan. Tulis nilainya.",
    "{column} holds “{value}”: a spreadsheet's error, or a formula without a stored result. Write its value.",
)
TAKEN_OUT = Message(
    "characters_taken_out",
    'Karakter tak terlihat, spasi khusus, atau bungkus ="…" pada {column} dihapus; angka aksara lain ditulis 0–9.',
    'Invisible characters, special blanks or a wrapping ="…" were removed from {column}; digits are written as 0–9.',
)
UNREADABLE_MAY_COME_IN = "the row is about somebody all the same; the value is unknown (ruling 26)"
RECORD_KEY = "record_key"
PLACES = ("village_code", "district_code", "region_code")
"""Field types that give a row its region."""
NUMBERS = ("integer", "decimal", "rupiah", "fixed_digits", *PLACES)
"""Field types in which removed characters change the number that is read; the removal is recorded."""
Profiles = Mapping[str, Mapping[str, Any]]
"""Column -> facts about the whole column of one file."""


def header_key(header: str) -> str:
    """A header in comparison form: ignores case, surrounding blanks, `_` versus blank, invisible characters and a
    trailing `*`.
    """
    return re.sub(r"[\s_]+", " ", seen(header)).strip().rstrip("*").strip().upper()


NUMBERED = r"^(?:[(\[]\s*\d{1,3}\s*[)\]]|\d{1,3}\s*[.):])\s*|\s*\(\s*\d{1,3}\s*\)$"
"""The column number that a heading may include: `(12) NAMA`, `12. NAMA`, `NAMA (12)`."""


def without_number(header: str) -> str:
    """A header in comparison form, without its column number."""
    return re.sub(NUMBERED, "", header_key(header)).strip()


@dataclass(frozen=True)
class Field:
    """One column of an export, named as in exports.md.

    required: the column must exist. nullable: a row may leave it empty, silently, or with a warning if `why_empty`
    gives the reason. synonyms: other headers seen for it. `title_id` and `title_en` describe its content in a few
    words; `example` is synthetic.
    """

    name: str
    type: FieldType
    title_id: str
    title_en: str
    required: bool = True
    nullable: bool = False
    synonyms: tuple[str, ...] = ()
    example: str = ""
    why_empty: str = ""


@dataclass(frozen=True)
class HeaderMatch:
    """Result of matching a delivered header to a contract. `positions`: contract column found -> its position (from 0).

    numbered: headings that matched only without their column number. deletion: column that marks a row's record as
    deleted (`validations.deletions`) -> its position.
    """

    positions: dict[str, int]
    missing: tuple[str, ...]
    unlisted: tuple[str, ...]
    doubled: dict[str, tuple[int, ...]]
    numbered: tuple[str, ...] = ()
    deletion: Mapping[str, int] = declared(default_factory=dict)

    def places(self, name: str) -> tuple[int, ...]:
        """Every position of a contract column; empty if absent."""
        return self.doubled.get(name) or ((self.positions[name],) if name in self.positions else ())


@dataclass(frozen=True)
class Doubt:
    """A problem of the rows for which `when` is true, in `column`. `value` replaces `{value}` in the message, `allowed`
    replaces `{allowed}`. reason: why a row with this warning may be accepted. only_if: condition that some row of the
    batch must meet for any row to raise it: `empty` (no value), `valueless` (a delivered value gave no canonical one),
    `changed` (the canonical value differs).
    """

    column: str
    message: Message
    when: pl.Expr
    value: Value | None = None
    allowed: tuple[str, str] = ("", "")
    reason: str = ""
    only_if: Literal["", "empty", "valueless", "changed"] = ""

    @property
    def identity(self) -> str:
        """The id of its check."""
        return f"{self.column}:{self.message.code}"

    def possible(self) -> pl.Expr:
        """Whether some row may raise it: cheaper than evaluating each."""
        cells = [Cell(column, {}) for column in self.column.split("|")]
        return pl.any_horizontal(*(_POSSIBLE[self.only_if](cell).any() for cell in cells))


_POSSIBLE: dict[str, Callable[[Cell], pl.Expr]] = {
    "": lambda _: pl.lit(True),
    "empty": lambda cell: cell.value.is_null(),
    "valueless": lambda cell: cell.value.is_null() & cell.raw.is_not_null(),
    "changed": lambda cell: cell.value != cell.raw,
}

Doubts = Mapping[str, Sequence[Doubt]]
"""Kind (errors, warnings, repairs) -> the doubts of that kind."""


@dataclass(frozen=True)
class RegionOf:
    """Region of a row without a region of its own: that of the partner's record whose key is in `column`."""

    partner: str
    column: str


@dataclass(frozen=True, eq=False)
class Contract:
    """The columns, key and rules of one source.

    `key` names the columns whose normalised values, joined by `|`, are the record_key. `place_column` holds the code of
    the row's region. `status_on` is the column with the date of the status; it dates a deletion that only a status
    states. `passed_over` names columns that the source has and that are not taken, by decision: they are stored
    nowhere, like every unlisted column, but they are no drift. Contracts are equal only if identical.
    """

    source: str
    title_id: str
    title_en: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    rules: tuple[RowRule, ...] = ()
    set_rules: tuple[SetRule, ...] = ()
    mends: tuple[Mend, ...] = ()
    derived: tuple[Derived, ...] = ()
    derived_place: str | None = None
    region_of: RegionOf | None = None
    status_on: str | None = None
    passed_over: tuple[str, ...] = ()

    def field(self, name: str) -> Field:
        """The field called `name`.

        Raises:
            KeyError: the contract has no such column.
        """
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)

    @property
    def place_column(self) -> str | None:
        """The column that assigns a row to a village, kecamatan or kabupaten/kota, if there is one."""
        return self.derived_place or next((field.name for field in self.fields if field.type.name in PLACES), None)

    @property
    def columns(self) -> tuple[str, ...]:
        """The canonical columns with their companions, in order: the content of a record."""
        delivered = (
            name
            for field in self.fields
            for name in (field.name, *(f"{field.name}_{suffix}" for suffix in field.type.companions))
        )
        return (*delivered, *(name for derived in self.derived for name in derived.columns))

    @property
    def headings(self) -> dict[str, str]:
        """Heading in comparison form -> contract column."""
        return {header_key(name): field.name for field in self.fields for name in (field.name, *field.synonyms)}

    def match(self, header: Sequence[str | None]) -> HeaderMatch:
        """Match a delivered header row to the contract, by name and never by position.

        A heading matches without its column number only if no other heading has the plain name.
        """
        wanted, passed_over = self.headings, set(map(header_key, self.passed_over))
        deletion: dict[str, int] = {}
        plain = [wanted.get(header_key(cell)) if cell else None for cell in header]
        places: dict[str, list[int]] = {}
        unlisted, numbered = [], []
        for position, (cell, name) in enumerate(zip(header, plain, strict=True)):
            bare = wanted.get(without_number(cell)) if cell and not name else None
            if cell and bare is not None and bare not in plain:
                numbered.append(cell.strip())
                name = bare
            says = HEADINGS.get(header_key(cell)) if cell and name is None else None
            if name is not None:
                places.setdefault(name, []).append(position)
            elif says is not None and says not in deletion:
                deletion[says] = position
            elif cell and cell.strip() and header_key(cell) not in passed_over:
                unlisted.append(cell.strip())
        return HeaderMatch(
            positions={name: at[0] for name, at in places.items()},
            missing=tuple(field.name for field in self.fields if field.required and field.name not in places),
            unlisted=tuple(unlisted),
            doubled={name: tuple(at) for name, at in places.items() if len(at) > 1},
            numbered=tuple(numbered),
            deletion=deletion,
        )

    def errors(self, delivered: date, profiles: Profiles) -> dict[str, Doubt]:
        """Every row-level error by its check's id.

        The expressions read canonical columns by name and delivered ones as `raw:<name>` (raw_name).
        """
        absent = [_absent(field, profiles) for field in self.fields if field.name in self.key]
        found = [Doubt("|".join(self.key), KEY_MISSING, pl.any_horizontal(absent), only_if="empty")]
        for field in self.fields:
            cell = Cell(field.name, profiles[field.name])
            found += [_found(field, finding, cell) for finding in field.type.errors]
            if not self._needed(field):
                continue
            found.append(_unreadable(field, cell))
            found += [_found(field, finding, cell) for finding in field.type.warnings if finding.only_if == "valueless"]
            if field.name not in self.key:
                found.append(_doubt(field, REQUIRED, _absent(field, profiles), only_if="empty"))
        found += self._broken_rules("error", delivered)
        return {doubt.identity: doubt for doubt in found}

    def warnings(self, delivered: date, profiles: Profiles) -> list[Doubt]:
        """Every row-level warning."""
        found = []
        for field in self.fields:
            cell = Cell(field.name, profiles[field.name])
            if self._needed(field):
                found += [
                    _found(field, finding, cell) for finding in field.type.warnings if finding.only_if != "valueless"
                ]
                continue
            if field.why_empty:
                found.append(_doubt(field, VALUE_MISSING, _absent(field, profiles), None, field.why_empty, "empty"))
            found.append(_unreadable(field, cell, UNREADABLE_MAY_COME_IN))
            found += [_found(field, finding, cell) for finding in field.type.warnings]
        return found + self._broken_rules("warning", delivered)

    def repairs(self, profiles: Profiles) -> list[Doubt]:
        """Every repair of a single column."""
        found = []
        for field in self.fields:
            cell = Cell(field.name, profiles[field.name])
            found += [_found(field, finding, cell) for finding in field.type.repairs]
            if self.notes_what_is_taken_out(field):
                changed = pl.when(cell.value != cell.raw).then(cell.raw)
                found.append(_doubt(field, TAKEN_OUT, taken_out(changed), only_if="changed"))
        return found

    def notes_what_is_taken_out(self, field: Field) -> bool:
        """Whether removing invisible characters is recorded: in keys and numbers. A NIK has its own repair."""
        return field.type.name in NUMBERS or (field.name in self.key and field.type.name != "nik")

    def _needed(self, field: Field) -> bool:
        """Whether a row without a value in this column is an error."""
        return field.name in self.key or not field.nullable

    def _broken_rules(self, severity: str, delivered: date) -> list[Doubt]:
        return [
            _doubt(
                self.field(rule.column),
                rule.message,
                rule.when(delivered),
                pl.col(rule.value) if rule.value else None,
                rule.reason,
            )
            for rule in self.rules
            if rule.severity == severity
        ]

    def doubts(self, delivered: date, profiles: Profiles) -> Doubts:
        """All doubts that a row of one file of a delivery may raise."""
        return {
            "errors": list(self.errors(delivered, profiles).values()),
            "warnings": self.warnings(delivered, profiles),
            "repairs": self.repairs(profiles),
        }

    def schema(self, errors: Sequence[Doubt]) -> DataFrameSchema:
        """The Pandera schema of this contract: its columns, and one named check per given error.

        It validates eager frames of canonical and delivered columns (of a LazyFrame Pandera checks only the schema).
        """
        import pandera.polars as pa

        def check(identity: str, offends: pl.Expr) -> pa.Check:
            return pa.Check(lambda data: data.lazyframe.select((~offends).fill_null(True).alias("ok")), error=identity)

        columns = {name: pa.Column(pl.String, nullable=True) for name in (*self.columns, RECORD_KEY)}
        checks = [check(doubt.identity, doubt.when) for doubt in errors]
        return pa.DataFrameSchema(columns, checks=checks, name=self.source)


def _doubt(
    field: Field,
    message: Message,
    when: pl.Expr,
    value: Value | None = None,
    reason: str = "",
    only_if: Literal["", "empty", "valueless", "changed"] = "",
) -> Doubt:
    """`value` replaces `{value}`; None means the delivered value, if messages may quote it."""
    if value is None:
        value = NOT_QUOTED if field.type.private else pl.col(raw_name(field.name))
    return Doubt(field.name, message, when, value, (field.type.allowed_id, field.type.allowed_en), reason, only_if)


def _found(field: Field, finding: Finding, cell: Cell) -> Doubt:
    value = finding.value(cell) if finding.value else None
    return _doubt(field, finding.message, finding.when(cell), value, finding.reason, finding.only_if)


def _unreadable(field: Field, cell: Cell, reason: str = "") -> Doubt:
    """A formula may quote a name; error values do not."""
    value = cell.raw.str.extract(r"^\W*?(#\S{0,20})").fill_null("=…") if field.type.private else None
    return _doubt(field, UNREADABLE, cell.unreadable, value, reason, "valueless")


def _absent(field: Field, profiles: Profiles) -> pl.Expr:
    """Whether a value is missing and no other finding on the cell explains why."""
    cell = Cell(field.name, profiles[field.name])
    findings = (*field.type.errors, *field.type.warnings)
    explained = pl.any_horizontal(False, *(finding.when(cell).fill_null(False) for finding in findings))
    return cell.blank | (cell.value.is_null() & ~cell.unreadable & ~explained)
