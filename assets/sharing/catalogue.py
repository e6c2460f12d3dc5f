"""The tables and columns of a publication, and whether an agreement fits them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import yaml

from assets.sharing.agreement import Agreement, Mask, Table

_ID = re.compile(r"(^|_)(household|family|person)_id(_[ab])?$")
_INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
_FRACTIONS = ("FLOAT", "DOUBLE", "DECIMAL")
_ADULT = 18


@dataclass(frozen=True)
class Catalogue:
    """Tables of a publication: `schema.table` -> column -> type, in order; and the comments on columns and tables, each
    with one line in Indonesian and one in English (`assets.meaning`).
    """

    columns: dict[str, dict[str, str]]
    comments: dict[tuple[str, str], str]
    table_comments: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, snapshot: Path) -> Catalogue:
        """Read the catalogue of a published file."""
        with duckdb.connect() as connection:
            connection.execute("attach $1 as publication (read_only)", [str(snapshot)])
            return cls.of(connection, "publication")

    @classmethod
    def of(cls, connection: duckdb.DuckDBPyConnection, database: str) -> Catalogue:
        """Read the catalogue of an attached database."""
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
    """The content of `tables.yaml`: open tables; tables that count rows of another; columns with ids, with specific
    data, with numbers that are not counts, that change from day to day; how aggregates are rounded.
    """
    return yaml.safe_load(Path(__file__).with_name("tables.yaml").read_text(encoding="utf-8"))


def ids_of(table: str, columns: dict[str, str]) -> set[str]:
    """The columns with ids of persons, households and families. A table that has one has rows about individuals."""
    return {name for name in columns if _ID.search(name)} | (set(knowledge()["ids"].get(table, [])) & columns.keys())


def is_aggregate(table: str, columns: dict[str, str]) -> bool:
    """Whether a table has counts of people without ids: it has no id column and is not an open table."""
    return not ids_of(table, columns) and table not in knowledge()["open"]


def is_rounded(table: str, columns: dict[str, str]) -> bool:
    """Whether a table's counts are shown rounded: not those of rows that their readers have (`counts_of`)."""
    return is_aggregate(table, columns) and table not in knowledge()["counts_of"]


def numbers(columns: dict[str, str]) -> list[str]:
    """The numeric columns."""
    return [name for name, kind in columns.items() if kind.startswith((*_INTEGERS, *_FRACTIONS))]


def aggregates(connection: duckdb.DuckDBPyConnection, database: str) -> dict[str, dict[str, Any]]:
    """How to round the aggregates of an attached publication; only columns that it has, because older code may have
    made it.
    """
    there = Catalogue.of(connection, database).columns
    return {
        table: how | {"counts": {name: term for name, term in how["counts"].items() if name in there[table]}}
        for table, how in knowledge()["aggregates"].items()
        if table in there
    }


def shown_as(table: str, column: str, mask: Mask) -> str:
    """How a column is shown: the mask's kind; for a clear column, `rounded` if it is a count of an aggregate, `follows`
    if it is computed from such counts.
    """
    known = knowledge()["aggregates"].get(table, {}) if mask.kind == "clear" else {}
    rounded = "rounded" if column in known.get("counts", {}) else mask.kind
    return "follows" if column in known.get("measures", {}) else rounded


def is_dated(kind: str) -> bool:
    return kind == "DATE" or kind.startswith("TIMESTAMP")


def unnamed(catalogue: Catalogue, agreements: list[Agreement]) -> dict[str, list[str]]:
    """Columns of the publication that are in no agency's share, by table."""
    named = {
        (table.table, column) for agreement in agreements for table in agreement.tables for column in table.columns
    }
    left = {
        table: [column for column in columns if (table, column) not in named]
        for table, columns in catalogue.columns.items()
    }
    return {table: columns for table, columns in left.items() if columns}


def differing(agreements: list[Agreement], catalogue: Catalogue) -> list[str]:
    """Sentences about smallest cells that differ between agreements with aggregates: counts are rounded once for all
    agencies, to the largest, which is coarser than some agreements say. Empty if they are equal.
    """
    named: dict[int, list[str]] = {}
    for agreement in agreements:
        if any(is_rounded(table.table, catalogue.columns.get(table.table, {})) for table in agreement.tables):
            named.setdefault(agreement.smallest_cell, []).append(agreement.agency)
    cells = " and ".join(f"{smallest} ({', '.join(agencies)})" for smallest, agencies in sorted(named.items()))
    return [f"the smallest cell is {cells}, and counts are rounded to the largest for all"] if len(named) > 1 else []


def problems(agreement: Agreement, catalogue: Catalogue) -> list[str]:
    """Why a publication cannot serve an agreement, in sentences; empty if it can."""
    return [
        f"{agreement.agency}: {table.table}: {problem}"
        for table in agreement.tables
        for problem in _of_table(agreement, table, catalogue.columns.get(table.table))
    ]


def _of_table(agreement: Agreement, table: Table, columns: dict[str, str] | None) -> Iterator[str]:
    if columns is None:
        yield "the table does not exist"
        return
    if missing := [name for name in table.columns if name not in columns]:
        yield f"missing column {', '.join(missing)}"
        return
    yield from _of_masks(table, columns)
    yield from _of_rows(table, columns)
    yield from _of_aggregates(agreement, table, columns)
    for category in sorted(_specific(table, columns) - agreement.specific.keys()):
        yield f"has specific personal data ({category}): state its purpose under `specific: {category}`"


def _of_masks(table: Table, columns: dict[str, str]) -> Iterator[str]:
    for name, mask in table.columns.items():
        kind = columns[name]
        if mask.kind == "year_only" and not is_dated(kind):
            yield f"{name} is {kind}: only a date can be shown as a year"
        if mask.kind in ("last_four", "pseudonym", "region_level") and kind != "VARCHAR":
            yield f"{name} is {kind}: {mask.kind} is for text"
        if mask.kind == "region_level" and not name.endswith("_code"):
            yield f"{name} is not a region code"
        if name in ids_of(table.table, columns) and mask.kind not in ("pseudonym", "suppressed"):
            yield f"{name} is an id: show it as a pseudonym or suppress it"


def _of_rows(table: Table, columns: dict[str, str]) -> Iterator[str]:
    rows = table.conditions
    if rows is None:
        return
    if rows.regencies and not {"regency_code", "household_id", "region_code"} & columns.keys():
        yield "its rows have no region"
    if rows.programmes and not {"programme", "household_id"} & columns.keys():
        yield "its rows have no programme"
    if rows.ages and "person_id" not in columns:
        yield "its rows are not of persons, so they have no age"
    if rows.poor and not {"household_id", "is_poor"} & columns.keys():
        yield "its rows are not of households, so they cannot be poor"


def _of_aggregates(agreement: Agreement, table: Table, columns: dict[str, str]) -> Iterator[str]:
    if agreement.aggregates_only and ids_of(table.table, columns):
        yield "has rows about individuals, but the agreement is for aggregates only"
    if not is_aggregate(table.table, columns) or _has_the_rows(agreement, table):
        return
    known = knowledge()["aggregates"].get(table.table, {})
    listed = {
        *known.get("counts", {}),
        *known.get("measures", {}),
        *knowledge()["not_counts"].get(table.table, []),
    }
    if unknown := [name for name in numbers(columns) if name in table.columns and name not in listed]:
        yield (f"{', '.join(unknown)}: assets/sharing/tables.yaml does not say how it is rounded or computed")


def _has_the_rows(agreement: Agreement, counts: Table) -> bool:
    """Whether an agreement has all the rows that a table counts, so that rounding would hide nothing."""
    rows_of = knowledge()["counts_of"].get(counts.table)
    return any(table.table == rows_of and table.conditions is None for table in agreement.tables)


def _specific(table: Table, columns: dict[str, str]) -> set[str]:
    """The categories of specific personal data among the shown columns."""
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
