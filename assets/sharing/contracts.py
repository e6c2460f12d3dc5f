"""Contracts of tables in the Open Data Contract Standard, generated from the dbt project's description of a published
table.

The files in contracts/ are the released contracts. A model declares its version (`config: {meta: {version}}`, 1.0.0 by
default), by semantic versioning: removing what readers rely on needs a new major version, adding something a new minor
one. Descriptions may improve in any version.

Needs a package that only development has (requirements/dev.in).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import yaml
from open_data_contract_standard.model import (
    CustomProperty,
    DataQuality,
    Description,
    EnumValue,
    OpenDataContractStandard,
    Relationship,
    SchemaObject,
    SchemaProperty,
    Server,
    Team,
)

from assets.sharing.agreement import Mask, Table
from assets.sharing.dictionary import Column, Described
from assets.sharing.released import SUFFIX, id_of

API_VERSION = "v3.2.0"
_LOGICAL = {"varchar": "string", "date": "date", "timestamp": "timestamp", "boolean": "boolean", "double": "number"}
_LOGICAL |= dict.fromkeys(("tinyint", "smallint", "integer", "bigint"), "integer")
_USE = "Menurut perjanjian data masing-masing instansi.\nAs stated in each agency's data agreement."
_TEXT_MASKS = ("last_four", "pseudonym", "region_level")


def file_of(table: str) -> str:
    return f"{table}{SUFFIX}"


def contract(table: Described) -> OpenDataContractStandard:
    """The contract of a published table, without servers, so that it applies in every medium."""
    schema, _, name = table.name.partition(".")
    properties = [_property(column, table) for column in table.columns]
    whole = SchemaObject(
        name=name,
        physicalName=table.name,
        physicalType="table",
        logicalType="object",
        description=table.meaning.comment,
        dataGranularityDescription=f"One row per {', '.join(table.grain)}",
        properties=properties,
        quality=[_no_duplicates(table.grain)] if table.null_in_grain else None,
    )
    return OpenDataContractStandard(
        version=table.version,
        kind="DataContract",
        apiVersion=API_VERSION,
        id=id_of(table.name),
        name=name,
        status="active",
        dataProduct="sadaya",
        domain=schema,
        description=Description(purpose=table.meaning.comment, usage=_USE),
        team=Team(name=table.owner) if table.owner else None,
        schema=[whole],
    )


def _property(column: Column, table: Described) -> SchemaProperty:
    is_key = column.name in table.grain and not table.null_in_grain
    personal = "specific personal data" if column.specific else "personal data" if column.personal else None
    return SchemaProperty(
        name=column.name,
        physicalType=column.type,
        logicalType=_LOGICAL.get(column.type, "number"),
        description=column.meaning.comment,
        required=True if column.required or is_key else None,
        primaryKey=True if is_key else None,
        primaryKeyPosition=table.grain.index(column.name) + 1 if is_key else None,
        classification=personal,
        enum=[EnumValue(value=value) for value in column.allowed] or None,
        relationships=[Relationship(to=column.refers_to)] if column.refers_to else None,
        customProperties=[CustomProperty(property="unit", value=column.unit)] if column.unit else None,
    )


def _no_duplicates(columns: tuple[str, ...]) -> DataQuality:
    """A quality rule for a key with a nullable column, which cannot be a primary key."""
    return DataQuality(type="library", metric="duplicateValues", arguments={"properties": list(columns)}, mustBe=0)


class _Dumper(yaml.CSafeDumper):
    pass


def _text(dumper: yaml.CSafeDumper, value: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


_Dumper.add_representer(str, _text)


def as_yaml(made: OpenDataContractStandard) -> str:
    """Format a contract as its file has it."""
    content = made.model_dump(exclude_none=True, by_alias=True)
    return yaml.dump(content, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=1000)


def from_yaml(text: str) -> OpenDataContractStandard:
    return OpenDataContractStandard(**yaml.load(text, yaml.CSafeLoader))


def table_of(whole: OpenDataContractStandard) -> tuple[SchemaObject, list[SchemaProperty]]:
    """The table of a contract, and its columns."""
    (table,) = whole.schema_ or []
    return table, table.properties or []


@dataclass(frozen=True)
class Change:
    """A change between the released contract and the new one. level: the version that must announce it."""

    level: Literal["major", "minor"]
    what: str


def changes(released: OpenDataContractStandard, made: OpenDataContractStandard) -> list[Change]:
    """The changes between two contracts of a table, except in descriptions."""
    (before, were), (after, are) = table_of(released), table_of(made)
    old = {column.name: column for column in were}
    new = {column.name: column for column in are}
    found = [Change("major", f"column {name} was removed") for name in old if name not in new]
    found += [Change("minor", f"column {name} was added") for name in new if name not in old]
    if _grain(before) != _grain(after):
        found.append(Change("major", f"its grain was {before.dataGranularityDescription}"))
    for name in old.keys() & new.keys():
        found += [Change(level, f"{name}: {what}") for level, what in _of_column(old[name], new[name])]
    return sorted(found, key=lambda change: change.what)


def _grain(whole: SchemaObject) -> str | None:
    return whole.dataGranularityDescription


def _of_column(old: SchemaProperty, new: SchemaProperty) -> Iterator[tuple[Literal["major", "minor"], str]]:
    if old.physicalType != new.physicalType:
        yield "major", f"was {old.physicalType} and is {new.physicalType}"
    if _unit(old) != _unit(new):
        yield "major", f"was in {_unit(old)} and is in {_unit(new)}"
    if bool(old.required) != bool(new.required):
        yield ("minor", "is never null now") if new.required else ("major", "may be null now")
    before, after = _values(old), _values(new)
    if before and not after:
        yield "major", "its values are no longer listed"
    elif before - after:
        yield "major", f"has no value {', '.join(sorted(before - after))} any more"
    if after - before:
        yield "minor", f"may have the value {', '.join(sorted(after - before))}"


def _unit(column: SchemaProperty) -> Any:
    return next((each.value for each in column.customProperties or [] if each.property == "unit"), None)


def _values(column: SchemaProperty) -> set[str]:
    return {str(each.value) for each in column.enum or []}


def unannounced(released: OpenDataContractStandard, made: OpenDataContractStandard) -> list[str]:
    """The changes that the new contract's version does not announce, in sentences; empty if it can be released."""
    before, after = _numbers(released.version), _numbers(made.version)
    if after < before:
        return [f"{made.id}: version {made.version} is below the released {released.version}"]
    silent = {"major": after[0] == before[0], "minor": after[:2] == before[:2]}
    return [
        f"{made.id}: {change.what}, which needs a new {change.level} version (released: {released.version})"
        for change in changes(released, made)
        if silent[change.level]
    ]


def _numbers(version: str | None) -> tuple[int, ...]:
    return tuple(int(part) for part in (version or "0.0.0").split("."))


def unreleasable(released: Mapping[str, str], made: Mapping[str, OpenDataContractStandard]) -> list[str]:
    """Why new contracts, by file name, cannot replace the released ones, in sentences."""
    removed = [
        f"{name}: the table was removed; delete the contract by hand, and remove it from agreements"
        for name in released
        if name not in made
    ]
    return removed + [
        problem
        for name, new in made.items()
        if name in released
        for problem in unannounced(from_yaml(released[name]), new)
    ]


def of_share(
    whole: OpenDataContractStandard, table: Table, hides_counts: bool, server: Server
) -> OpenDataContractStandard:
    """The contract of an agency's share of a table: the columns, as its agreement shows them.

    hides_counts: the table's counts are rounded, and null where they cannot be, so numbers are not required.
    """
    schema, properties = table_of(whole)
    known = {column.name: column for column in properties}
    columns = [_shown(known[name], mask, hides_counts) for name, mask in table.columns.items()]
    keys = [column.name for column in properties if column.primaryKey]
    if not all(_stays_distinct(table.columns.get(name)) for name in keys):
        columns = [column.model_copy(update={"primaryKey": None, "primaryKeyPosition": None}) for column in columns]
    shown = schema.model_copy(update={"properties": columns, "quality": None, "physicalName": None})
    return whole.model_copy(
        update={"id": f"{whole.id}.{server.server}", "schema_": [shown], "servers": [server], "status": "active"}
    )


def _stays_distinct(mask: Mask | None) -> bool:
    """Whether two different values stay different when shown."""
    return mask is not None and mask.kind in ("clear", "pseudonym")


def _shown(column: SchemaProperty, mask: Mask, hides_counts: bool) -> SchemaProperty:
    changed: dict[str, Any] = {"relationships": None}
    if mask.kind != "clear":
        changed["enum"] = None
    if mask.kind in _TEXT_MASKS:
        changed |= {"logicalType": "string", "physicalType": "varchar"}
    if mask.kind == "year_only":
        changed |= {"logicalType": "integer", "physicalType": "smallint"}
    if mask.kind == "suppressed" or (hides_counts and column.logicalType in ("integer", "number")):
        changed["required"] = None
    return column.model_copy(update=changed)
