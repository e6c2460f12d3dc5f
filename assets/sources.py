"""Sources: their declaration, and the list of all. Agencies declare their sources in their own modules; this module
names none.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from functools import cache
from typing import ClassVar

from assets.pull.declared import Pull
from validations.contract import Contract


@dataclass(frozen=True)
class Delimited:
    """A delimited text table, such as CSV."""

    delimiter: str
    extensions: tuple[str, ...] = (".csv", ".txt")


@dataclass(frozen=True)
class Workbook:
    """An XLSX workbook. sheet: the sheet's name; by default the only sheet with the required columns.

    every_sheet: read each sheet with the required columns as a separate table; a notice names the other sheets.
    """

    sheet: str | None = None
    every_sheet: bool = False
    extensions: tuple[str, ...] = (".xlsx",)


@dataclass(frozen=True)
class JsonLines:
    """One JSON object per line, plain or gzipped. A field of a nested object is a column `object/field`."""

    extensions: tuple[str, ...] = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")


@dataclass(frozen=True)
class JsonPages:
    """The pages of a paged API response, one file each; `records` names the list of rows. A delivery has all pages, or
    is refused.

    numbered: each page states its number, the number of pages and the number of all rows in `meta` (`page`,
    `last_page`, `total`). Otherwise each page but the last has an OData `@odata.nextLink`, and any page may state the
    number of all rows as `@odata.count`.
    """

    records: str
    numbered: bool
    extensions: tuple[str, ...] = (".json",)


@dataclass(frozen=True)
class KoboPages:
    """The pages of KoboToolbox's answer to a question for a form's submissions (`results`, `next`, `count`), read as
    the rows that ODK Central would have sent (`assets.intake.kobo`). A delivery has all pages, or is refused.

    repeat: the rows are those of this repeat, which is inside each submission.
    """

    repeat: str | None = None
    extensions: tuple[str, ...] = (".json",)
    records: ClassVar[str] = "results"


Format = Delimited | Workbook | JsonLines | JsonPages | KoboPages


@dataclass(frozen=True)
class Limits:
    """When a snapshot is held for a person's release: for the province, or any kabupaten/kota that it covers, with at
    least 50 records in force (ruling 39). All limits are shares.

    loss, loss_regency: largest share of the records in force that may disappear, in the province and in a
    kabupaten/kota.
    keys_again: smallest share of the keys in force that must appear again. quarantined: largest share of its rows that
    may be quarantined.
    shift: largest change of the share of a value in a coded column.
    why: the reason for limits other than the defaults.

    Raises:
        ValueError: limits other than the defaults, without a reason.
    """

    loss: float = 0.10
    loss_regency: float = 0.25
    keys_again: float = 0.75
    quarantined: float = 0.25
    shift: float = 0.25
    why: str = ""

    def __post_init__(self) -> None:
        usual = all(getattr(self, field.name) == field.default for field in fields(self))
        if not usual and not self.why:
            raise ValueError("limits other than the defaults need a reason")


@dataclass(frozen=True)
class Source:
    """One export of one agency.

    kind: `snapshot` (replaces the source's records of the kabupaten/kota that it covers) or `delta` (adds or changes
    records by key).
    formats: tried by file extension.
    files_apart: several agencies send it, and a file's name says which (`validations.senders`). Each file is judged
    separately: a refused file does not refuse others.
    set_name: sources of one set and date apply together or not at all; `set_rank` orders them (a household before its
    members).
    carry_forward: for how many deliveries a quarantined record keeps its last accepted state.
    limits: how much a snapshot may differ from the records in force before it is held for a person's release.
    expected_every: days between deliveries, for freshness.
    pull: how it is fetched; None if the agency sends it.
    within_day: submissions from the field, which are also read between two loads (`field.progress`); then all sources
    of its set are.
    submitted_at: the contract's column with the time at which a row was submitted; None if rows are no submissions of
    their own, such as a form's repeats.
    """

    name: str
    kind: str
    formats: tuple[Format, ...]
    contract: Contract
    files_apart: bool = False
    set_name: str | None = None
    set_rank: int = 0
    carry_forward: int = 3
    limits: Limits = Limits()
    expected_every: int = 1
    pull: Pull | None = None
    within_day: bool = False
    submitted_at: str | None = None

    def formats_of(self, file_name: str) -> list[Format]:
        """The formats that a file of this name may have, by its extension; empty if the source does not use it."""
        return [format_ for format_ in self.formats if file_name.lower().endswith(format_.extensions)]

    def is_page(self, file_name: str) -> bool:
        """Whether a file of this name is a page of a response."""
        return any(isinstance(format_, JsonPages | KoboPages) for format_ in self.formats_of(file_name))

    @property
    def page_formats(self) -> tuple[JsonPages | KoboPages, ...]:
        """The formats that are pages. Their files have one extension; a page's list of rows says which it is."""
        return tuple(format_ for format_ in self.formats if isinstance(format_, JsonPages | KoboPages))


@dataclass(frozen=True)
class Agency:
    """One agency (OPD). `group`: its short name in Dagster and dbt (`dinsos`); `name`: its official name."""

    group: str
    name: str
    sources: tuple[Source, ...] = field(default_factory=tuple)


@cache
def agencies() -> tuple[Agency, ...]:
    """All agencies: the `AGENCY` of each module of `assets.agencies`, in the order of their names."""
    package = importlib.import_module("assets.agencies")  # found, not imported: its modules import this one
    modules = pkgutil.iter_modules(package.__path__, "assets.agencies.")
    return tuple(importlib.import_module(module.name).AGENCY for module in modules)


def all_sources() -> Iterator[Source]:
    """All sources by agency, sets in their order."""
    for agency in agencies():
        yield from sorted(agency.sources, key=lambda source: source.set_rank)


def field_sources() -> list[Source]:
    """The sources that are also read between two loads, sets in their order."""
    return [source for source in all_sources() if source.within_day]


def source_named(name: str) -> Source:
    """The source called `name`.

    Raises:
        KeyError: no agency declares it.
    """
    for source in all_sources():
        if source.name == name:
            return source
    raise KeyError(name)


def agency_of(source: Source) -> Agency:
    """The agency that declares a source."""
    return next(agency for agency in agencies() if source in agency.sources)


def referred_by(source: Source) -> tuple[Source, ...]:
    """The sources outside its set whose records in force the contract's rules compare it with."""
    members = {member.name for member in set_of(source)}
    partners = {partner: None for rule in source.contract.set_rules for partner in rule.partners}
    return tuple(source_named(partner) for partner in partners if partner not in members)


def set_of(source: Source) -> tuple[Source, ...]:
    """The sources that apply together with this one, in order; only the source itself if it belongs to no set."""
    if source.set_name is None:
        return (source,)
    members = (other for other in all_sources() if other.set_name == source.set_name)
    return tuple(sorted(members, key=lambda member: member.set_rank))
