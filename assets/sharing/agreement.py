"""An agreement: what one agency may read, why, on which legal basis and until when. One YAML file per agency.

The model validates a file by itself; `assets.sharing.catalogue` checks it against the tables of a publication.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from yaml.constructor import ConstructorError

from validations.errors import SadayaError

FOLDER = Path(__file__).resolve().parents[2] / "agreements"
_LONGEST_AGENCY = 24
"""Characters, because names of database roles include the agency's code."""
PUBLIC = "publik"
"""The agreement of the site. It has no agency, so no extract and no schema is made from it."""
WARN_DAYS = 30
"""A warning is given so many days before an agreement ends."""

Text = Annotated[str, Field(min_length=3, max_length=2000, pattern=r"^\S(.*\S)?$")]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=63)]
Regency = Annotated[str, Field(pattern=r"^\d{4}$")]
Category = Literal["health", "children", "money"]
"""Categories of specific personal data by UU 27/2022."""


class AgreementError(SadayaError):
    """One or more agreements cannot be used; the message has one line per problem, with file and field."""


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Mask(_Part):
    """How a column is shown. level: for `region_level`, the lowest level that is shown."""

    kind: Literal["clear", "last_four", "pseudonym", "year_only", "region_level", "suppressed"]
    level: Literal["district", "regency"] | None = None

    @model_validator(mode="before")
    @classmethod
    def _as_written(cls, value: Any) -> Any:
        """`pseudonym`, or `{region_level: district}`."""
        if isinstance(value, str):
            return {"kind": value}
        if isinstance(value, dict) and value.keys() == {"region_level"}:
            return {"kind": "region_level", "level": value["region_level"]}
        return value

    @model_validator(mode="after")
    def _level_belongs_to_region_level(self) -> Mask:
        if (self.kind == "region_level") != (self.level is not None):
            raise ValueError("write `region_level: district` or `region_level: regency`; no other masking has a level")
        return self

    def __str__(self) -> str:
        return f"{self.kind}:{self.level}" if self.level else self.kind


class Ages(_Part):
    """Completed years on the load's day, both ends included."""

    first: int = Field(alias="from", ge=0, le=130)
    last: int = Field(alias="to", ge=0, le=130)

    @model_validator(mode="after")
    def _in_order(self) -> Ages:
        if self.first > self.last:
            raise ValueError("`from` is above `to`")
        return self


class Rows(_Part):
    """The rows of a table: all conditions apply together.

    regencies: kabupaten/kota by code. programmes: rows of these programmes; in a table without programmes, rows of
    households with an active award of one of them. ages: of the row's person. poor: rows of poor households only.
    """

    regencies: list[Regency] | None = Field(default=None, min_length=1)
    programmes: list[Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")]] | None = Field(default=None, min_length=1)
    ages: Ages | None = None
    poor: Literal[True] | None = None

    @model_validator(mode="after")
    def _has_a_condition(self) -> Rows:
        if not self.stated():
            raise ValueError("no condition: write `rows: all` where every row is meant")
        return self

    def stated(self) -> dict[str, Any]:
        """The conditions that are set, as written."""
        return self.model_dump(exclude_none=True, by_alias=True)


class Table(_Part):
    """One table of an agreement.

    title: Indonesian, the worksheet's name. contract, version: the table's contract that the agency relies on. columns:
    column -> how it is shown, in the order in which readers see them.
    """

    table: Annotated[str, Field(pattern=r"^(marts|reference)\.[a-z][a-z0-9_]*$")]
    title: Annotated[str, Field(min_length=3, max_length=31, pattern=r"^[^\[\]:*?/\\']+$")]
    contract: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.:-]*$")]
    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
    rows: Rows | Literal["all"]
    columns: dict[Name, Mask] = Field(min_length=1)

    @property
    def name(self) -> str:
        """The table's name without its schema."""
        return self.table.partition(".")[2]

    @property
    def conditions(self) -> Rows | None:
        return None if self.rows == "all" else self.rows


class LegalBasis(_Part):
    regulation: Text
    memorandum: Text


class Contact(_Part):
    """An office, never a person."""

    role: Text
    address: Text


class Previous(_Part):
    """The previous key version; its pseudonyms can be revealed until a day."""

    version: int = Field(ge=1)
    until: date


class Pseudonyms(_Part):
    version: int = Field(ge=1)
    previous: Previous | None = None

    @model_validator(mode="after")
    def _later_than_previous(self) -> Pseudonyms:
        if self.previous and self.previous.version >= self.version:
            raise ValueError("the previous version is not below the current one")
        return self


class Officer(_Part):
    """A database login of the agency that sees only some kabupaten/kota. name: suffix of the login's name."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$", max_length=24)]
    regencies: list[Regency] = Field(min_length=1)


class Agreement(_Part):
    """What one agency may read.

    smallest_cell: counts in aggregates are shown as multiples of it. aggregates_only: no table with rows about single
    persons, families or households. specific: category of specific personal data -> the purpose that requires it.
    """

    agency: Name
    agency_name: Text
    number: Text
    purpose: Annotated[str, Field(min_length=40, max_length=2000)]
    starts: date
    ends: date
    provider: Text
    approver: Text
    legal_basis: LegalBasis
    contact: Contact
    media: list[Literal["extracts", "postgres", "pages"]] = Field(min_length=1)
    smallest_cell: int = Field(ge=5, le=100)
    aggregates_only: bool = False
    specific: dict[Category, Annotated[str, Field(min_length=20, max_length=500)]] = {}
    pseudonyms: Pseudonyms
    officers: list[Officer] = []
    tables: list[Table] = Field(min_length=1)

    @model_validator(mode="after")
    def _is_consistent(self) -> Agreement:
        if self.ends <= self.starts:
            raise ValueError(f"it ends ({self.ends}) before it starts ({self.starts})")
        for what, values in (
            ("table", [t.name for t in self.tables]),
            ("title", [t.title.lower() for t in self.tables]),
            ("officer", [officer.name for officer in self.officers]),
        ):
            twice = sorted({value for value in values if values.count(value) > 1})
            if twice:
                raise ValueError(f"duplicate {what}: {', '.join(twice)}")
        if reserved := {"keterangan", "kamus"} & {table.title.lower() for table in self.tables}:
            raise ValueError(f"title {sorted(reserved)[0]!r} is reserved for a sheet of every workbook")
        if "__" in self.agency or len(self.agency) > _LONGEST_AGENCY:
            raise ValueError(f"agency: at most {_LONGEST_AGENCY} characters, and no two underscores together")
        return self

    def in_force(self, day: date) -> bool:
        return self.starts <= day <= self.ends

    def ends_soon(self, day: date) -> bool:
        """Whether the agreement ends within `WARN_DAYS`, its last day included."""
        return self.in_force(day) and self.ends - day <= timedelta(days=WARN_DAYS)

    def table_named(self, name: str) -> Table:
        """Find a table by full or short name.

        Raises:
            KeyError: the agreement does not name it.
        """
        for table in self.tables:
            if name in (table.table, table.name):
                return table
        raise KeyError(name)


class _UniqueKeys(yaml.CSafeLoader):
    """YAML in which a duplicate key is an error: otherwise the second would silently win. Uses libyaml, which takes a
    fifth of the time.
    """

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise ConstructorError(None, None, f"duplicate key {key!r}", node.start_mark)
        return super().construct_mapping(node, deep)


def read_one(path: Path) -> Agreement:
    """Read the agreement in one file, whose name is the agency's code.

    Raises:
        AgreementError: it is not valid; one line per problem.
    """
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), _UniqueKeys)  # noqa: S506 -- a CSafeLoader
        agreement = Agreement.model_validate(content)
    except (OSError, UnicodeDecodeError) as error:
        raise AgreementError(f"{path.name}: cannot be read ({type(error).__name__})") from error
    except yaml.YAMLError as error:
        raise AgreementError(f"{path.name}: not YAML: {' '.join(str(error).split())}") from error
    except ValidationError as error:
        raise AgreementError("\n".join(_lines(path, error))) from error
    if agreement.agency != path.stem:
        raise AgreementError(
            f"{path.name}: agency is {agreement.agency!r}, so the file must be named {agreement.agency}.yaml"
        )
    return agreement


def path_of(agency: str, folder: Path | None = None) -> Path:
    """The path of an agency's agreement, which may not exist; by default in the repository."""
    return (folder or FOLDER) / f"{agency}.yaml"


def codes(folder: Path | None = None) -> list[str]:
    """The agencies that have an agreement, from the file names; no file is read. PUBLIC is not among them."""
    return sorted(path.stem for path in (folder or FOLDER).glob("*.yaml") if path.stem != PUBLIC)


def read(folder: Path | None = None) -> list[Agreement]:
    """Read all agreements of a folder, by default of the repository, ordered by agency; that of the site is last.

    Raises:
        AgreementError: a file is not valid, or two agreements have the same number; lists all problems of all files.
    """
    found: list[Agreement] = []
    problems: list[str] = []
    public = [PUBLIC] if path_of(PUBLIC, folder).is_file() else []
    for agency in [*codes(folder), *public]:
        try:
            found.append(read_one(path_of(agency, folder)))
        except AgreementError as error:
            problems.append(str(error))
    numbers = [agreement.number for agreement in found]
    problems += [
        f"two agreements have the number {number!r}" for number in {n for n in numbers if numbers.count(n) > 1}
    ]
    if problems:
        raise AgreementError("\n".join(problems))
    return found


def _lines(path: Path, error: ValidationError) -> list[str]:
    lines = []
    for each in error.errors(include_url=False):
        place = re.sub(r"\.(Rows|literal\['all'\])(?=\.|$)", "", ".".join(map(str, each["loc"])))
        lines.append(f"{path.name}: {place or 'agreement'}: {each['msg'].removeprefix('Value error, ')}")
    return lines
