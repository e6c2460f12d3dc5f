"""What a source is, and which there are. An agency declares its sources in its own module; nothing here names one."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from functools import cache

from assets.pull.declared import Pull
from validations.contract import Contract


@dataclass(frozen=True)
class Delimited:
    """A text table: CSV and its kin."""

    delimiter: str
    extensions: tuple[str, ...] = (".csv", ".txt")


@dataclass(frozen=True)
class Workbook:
    """An XLSX workbook; `sheet` is the sheet's name, else the only sheet with the required columns is taken.

    every_sheet: each sheet with the required columns is read, as a table of its own; the others are named in a notice.
    """

    sheet: str | None = None
    every_sheet: bool = False
    extensions: tuple[str, ...] = (".xlsx",)


@dataclass(frozen=True)
class JsonLines:
    """One JSON object a line, plain or gzipped. A field within an object within it is a column `object/field`."""

    extensions: tuple[str, ...] = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")


@dataclass(frozen=True)
class JsonPages:
    """The pages of a paged answer, a file each; `records` names the list of rows. All pages, or none, are a delivery.

    numbered: each page says in `meta` which it is of how many, and how many rows there are in all (`page`,
    `last_page`, `total`). Otherwise each but the last has an OData `@odata.nextLink`, and any may have the
    `@odata.count` of all rows.
    """

    records: str
    numbered: bool
    extensions: tuple[str, ...] = (".json",)


Format = Delimited | Workbook | JsonLines | JsonPages


@dataclass(frozen=True)
class Limits:
    """When a snapshot is held for a person's release: for the province, or any kabupaten/kota that it covers, with at
    least 50 records in force (ruling 39). All are shares.

    loss, loss_regency: of the records in force, so many may go in the province, and in a kabupaten/kota.
    keys_again: of the keys in force, so many must come again. quarantined: of its rows, so many may be quarantined.
    shift: by so much the share of a value of a coded column may move.
    why: the reason of limits that are not the usual ones.

    Raises:
        ValueError: other limits than the usual, and no reason.
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
            raise ValueError("limits that are not the usual ones give no reason")


@dataclass(frozen=True)
class Source:
    """One export of one agency.

    kind: `snapshot` (replaces what the source said for the kabupaten/kota it covers) or `delta` (a record's key
    decides).
    formats: tried by file extension. coverage_from_names: each file may cover one kabupaten/kota, named in its file
    name.
    files_apart: several agencies send it, and a file's name says whose it is (`validations.senders`). Each file stands
    for itself: one that is refused refuses no other.
    set_name: sources of one set and date apply together or not at all; `set_rank` orders them (a household before
    its members).
    carry_forward: for how many deliveries a quarantined record keeps its last accepted state.
    limits: how unlike what is in force a snapshot may be before it is held for a person's release.
    expected_every: days between deliveries, for freshness.
    pull: how it is fetched; without it, it is sent to us.
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

    def formats_of(self, file_name: str) -> list[Format]:
        """The formats that a file of this name may have, by its extension; none if the source does not use it."""
        return [format_ for format_ in self.formats if file_name.lower().endswith(format_.extensions)]

    @property
    def paged(self) -> bool:
        """Whether a delivery is the pages of one answer, of which none may be missing."""
        return any(isinstance(format_, JsonPages) for format_ in self.formats)


@dataclass(frozen=True)
class Agency:
    """One agency (OPD): `group` is its short name in Dagster and dbt (`dinsos`), `name` its official one."""

    group: str
    name: str
    sources: tuple[Source, ...] = field(default_factory=tuple)


_AGENCIES = "assets.agencies"


@cache
def agencies() -> tuple[Agency, ...]:
    """Every agency: the `AGENCY` of each module of `assets.agencies`, in the order of their names."""
    modules = pkgutil.iter_modules(importlib.import_module(_AGENCIES).__path__, f"{_AGENCIES}.")
    return tuple(importlib.import_module(module.name).AGENCY for module in modules)


def all_sources() -> Iterator[Source]:
    """Every source, sets in their order, otherwise by agency."""
    for agency in agencies():
        yield from sorted(agency.sources, key=lambda source: source.set_rank)


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
    """The sources outside its set that the contract's rules hold a source against, as they are in force."""
    members = {member.name for member in set_of(source)}
    partners = {partner: None for rule in source.contract.set_rules for partner in rule.partners}
    return tuple(source_named(partner) for partner in partners if partner not in members)


def set_of(source: Source) -> tuple[Source, ...]:
    """The sources that apply together with this one, in their order; the source alone if it belongs to no set."""
    if source.set_name is None:
        return (source,)
    members = (other for other in all_sources() if other.set_name == source.set_name)
    return tuple(sorted(members, key=lambda member: member.set_rank))
