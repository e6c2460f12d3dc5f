"""What a publication has to share, and whether an agreement fits it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import yaml

from assets.sharing.agreement import Agreement, Table

_ID = re.compile(r"(^|_)(household|family|person)_id(_[ab])?$")
_INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
_FRACTIONS = ("FLOAT", "DOUBLE", "DECIMAL")
_ADULT = 18


@dataclass(frozen=True)
class Catalogue:
    """Tables of a publication: `schema.table` -> column -> type, in order; and the comments that it holds on columns
    and on tables, each a line in Indonesian and one in English (`assets.meaning`).
    """

    columns: dict[str, dict[str, str]]
    comments: dict[tuple[str, str], str]
    table_comments: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, snapshot: Path) -> Catalogue:
        """Of a published file."""
        with duckdb.connect() as connection:
            connection.execute("attach $1 as publication (read_only)", [str(snapshot)])
            return cls.of(connection, "publication")

    @classmethod
    def of(cls, connection: duckdb.DuckDBPyConnection, database: str) -> Catalogue:
        """Of an attached database."""
        columns: dict[str, dict[str, str]] = {}
        comments: dict[tuple[str, str], str] = {}
        for schema, table, column, kind, comment in connection.execute(
            "select schema_name, table_name, column_name, data_type, comment from duckdb_columns()"
            " where database_name = ? and schema_name in ('marts', 'reference') order by all",
            [database],
        ).fetchall():
            columns.setdefault(f"{schema}.{table}", {})[column] = kind
            if comment:
                comments[f"{schema}.{table}", column] = comment
        tables = connection.execute(
            "select schema_name || '.' || table_name, comment from duckdb_tables()"
            " where database_name = ? and schema_name in ('marts', 'reference') and comment is not null",
            [database],
        ).fetchall()
        return cls(columns, comments, dict(tables))


@cache
def knowledge() -> dict[str, Any]:
    """`tables.yaml`: open tables; columns of ids, of specific data, of no counts; parts of cells."""
    return yaml.safe_load(Path(__file__).with_name("tables.yaml").read_text(encoding="utf-8"))


def ids_of(table: str, columns: dict[str, str]) -> set[str]:
    """The columns with ids of persons, households and families. A table that has one has rows about somebody."""
    return {name for name in columns if _ID.search(name)} | (set(knowledge()["ids"].get(table, [])) & columns.keys())


def is_aggregate(table: str, columns: dict[str, str]) -> bool:
    """Counts of people, who are not named: no column of an id, and not one of the open tables."""
    return not ids_of(table, columns) and table not in knowledge()["open"]


def cells(table: Table, columns: dict[str, str]) -> list[str]:
    """Of an aggregate: the columns that are shown and count people."""
    others = knowledge()["not_counts"].get(table.table, [])
    shown = (name for name, mask in table.columns.items() if mask.kind != "suppressed")
    return [name for name in shown if columns[name] in _INTEGERS and name not in others]


def measures(table: Table, columns: dict[str, str]) -> list[str]:
    """Of an aggregate: the shares and means that follow from its cells, and so fall with them."""
    others = knowledge()["not_counts"].get(table.table, [])
    return [name for name in table.columns if columns[name].startswith(_FRACTIONS) and name not in others]


def is_dated(kind: str) -> bool:
    return kind == "DATE" or kind.startswith("TIMESTAMP")


def unnamed(catalogue: Catalogue, agreements: list[Agreement]) -> dict[str, list[str]]:
    """Columns of the publication that are in nobody's share, by table."""
    named = {
        (table.table, column) for agreement in agreements for table in agreement.tables for column in table.columns
    }
    left = {
        table: [column for column in columns if (table, column) not in named]
        for table, columns in catalogue.columns.items()
    }
    return {table: columns for table, columns in left.items() if columns}


def differing(agreements: list[Agreement], catalogue: Catalogue) -> list[str]:
    """Aggregates that agencies are shown differently, so that one's counts less another's may tell a small one: other
    counts, another smallest cell, other regions. Sentences; empty if each is the same for all who read it.
    """
    shown: dict[str, dict[tuple, list[str]]] = {}
    for agreement in agreements:
        for table in agreement.tables:
            columns = catalogue.columns.get(table.table, {})
            if columns.keys() >= table.columns.keys() and is_aggregate(table.table, columns):
                regencies = table.conditions.regencies if table.conditions else None
                way = (frozenset(cells(table, columns)), agreement.smallest_cell, frozenset(regencies or []))
                shown.setdefault(table.table, {}).setdefault(way, []).append(agreement.agency)
    return [
        f"{table}: {' and '.join(', '.join(group) for group in ways.values())} are shown other counts, another smallest"
        " cell or other regions, which may be subtracted from each other"
        for table, ways in sorted(shown.items())
        if len(ways) > 1
    ]


def problems(agreement: Agreement, catalogue: Catalogue) -> list[str]:
    """Why a publication cannot serve an agreement, in sentences; empty if it can."""
    return [
        f"{agreement.agency}: {table.table}: {problem}"
        for table in agreement.tables
        for problem in _of_table(agreement, table, catalogue.columns.get(table.table))
    ]


def _of_table(agreement: Agreement, table: Table, columns: dict[str, str] | None) -> Iterator[str]:
    if columns is None:
        yield "there is no such table"
        return
    if missing := [name for name in table.columns if name not in columns]:
        yield f"there is no column {', '.join(missing)}"
        return
    yield from _of_masks(table, columns)
    yield from _of_rows(table, columns)
    yield from _of_aggregates(agreement, table, columns)
    for category in sorted(_specific(table, columns) - agreement.specific.keys()):
        yield f"holds specific personal data ({category}): name its purpose under `specific: {category}`"


def _of_masks(table: Table, columns: dict[str, str]) -> Iterator[str]:
    for name, mask in table.columns.items():
        kind = columns[name]
        if mask.kind == "year_only" and not is_dated(kind):
            yield f"{name} is {kind}: only a date can be shown as a year"
        if mask.kind in ("last_four", "pseudonym", "region_level") and kind != "VARCHAR":
            yield f"{name} is {kind}: {mask.kind} is for text"
        if mask.kind == "region_level" and not name.endswith("_code"):
            yield f"{name} is no region's code"
        if name in ids_of(table.table, columns) and mask.kind not in ("pseudonym", "suppressed"):
            yield f"{name} leaves the warehouse as a pseudonym or not at all"


def _of_rows(table: Table, columns: dict[str, str]) -> Iterator[str]:
    rows = table.conditions
    if rows is None:
        return
    if rows.regencies and not {"regency_code", "household_id", "region_code"} & columns.keys():
        yield "its rows have no region"
    if rows.programmes and not {"programme", "household_id"} & columns.keys():
        yield "its rows have no programme"
    if rows.ages and "person_id" not in columns:
        yield "its rows are no persons, so they have no age"
    if rows.poor and not {"household_id", "is_poor"} & columns.keys():
        yield "its rows are of no household, so none is poor"


def _of_aggregates(agreement: Agreement, table: Table, columns: dict[str, str]) -> Iterator[str]:
    if agreement.aggregates_only and ids_of(table.table, columns):
        yield "has rows about single people, and the agreement is of aggregates only"
    if not is_aggregate(table.table, columns):
        return
    if "region_code" in columns and table.table not in knowledge()["by"]:
        yield "is by region, and `by` of assets/sharing/tables.yaml does not say by what else"
    parts = knowledge()["parts"].get(table.table, {})
    for name in cells(table, columns):
        if name in parts and parts[name] not in columns:
            yield f"{name} is said to be a part of {parts[name]}, which is not there"


def _specific(table: Table, columns: dict[str, str]) -> set[str]:
    """The categories of specific personal data among the columns that are shown."""
    shown = {name for name, mask in table.columns.items() if mask.kind != "suppressed"}
    found = set()
    for category, tables in knowledge()["specific"].items():
        of_table = tables.get(table.table, [])
        if of_table == "all" or shown & set(of_table):
            found.add(category)
    rows = table.conditions
    if rows is not None and rows.ages is not None and rows.ages.first >= _ADULT:
        return found - {"children"}
    return found | {"children"} if "person_id" in shown else found
