"""Creates a share's tables on the server: fills, describes and indexes them, and grants them to the agency's logins.

DuckDB's SQL makes the lines for COPY, which inserts them with FREEZE: they are visible to every transaction from the
commit on, also to one that started before. So a reader that opens a new table late never finds it empty (decision
0027).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString

import duckdb
import numpy as np
import psycopg
import pyarrow as pa
from psycopg import sql

from assets.sharing.agreement import Table
from assets.sharing.catalogue import ids_of, is_rounded
from assets.sharing.pages import rounding_in_words
from assets.sharing.postgres.roles import Login, owner_of
from assets.sharing.postgres.server import PostgresError
from assets.sharing.share import Share

LOAD_TABLE, RENAMED_TABLE = "sadaya_load", "sadaya_renamed"
_BATCH = 50_000
_TEXT, _DATE, _INSTANT = sql.SQL("text"), sql.SQL("date"), sql.SQL("timestamptz")
_KINDS: dict[str, LiteralString] = {
    "BOOLEAN": "boolean",
    "TINYINT": "smallint",
    "UTINYINT": "smallint",
    "SMALLINT": "smallint",
    "USMALLINT": "integer",
    "INTEGER": "integer",
    "UINTEGER": "bigint",
    "BIGINT": "bigint",
    "UBIGINT": "numeric",
    "HUGEINT": "numeric",
    "FLOAT": "real",
    "DOUBLE": "double precision",
    "DATE": "date",
    "TIMESTAMP": "timestamp",
    "TIMESTAMP WITH TIME ZONE": "timestamptz",
}
_REGION = re.compile(r"(^|_)(region|regency|district|village)_code$")
_NUMBER = re.compile(r"(^|_)(nik|no_kk)(_|$)")
_RENAMED = {
    "before": (_TEXT, "Nama samaran sebelum kunci diganti."),
    "now": (_TEXT, "Nama samaran sekarang."),
}
_ABOUT_LOAD = {
    "agency": (_TEXT, "Kode instansi."),
    "agreement": (_TEXT, "Nomor perjanjian yang menjadi dasar tabel-tabel ini."),
    "ends": (_DATE, "Hari terakhir perjanjian berlaku."),
    "load_id": (_TEXT, "Muatan (load) yang menjadi sumber semua tabel dalam skema ini."),
    "as_of_date": (_DATE, "Keadaan per tanggal."),
    "served_at": (_INSTANT, "Kapan tabel-tabel ini diisi."),
}


@dataclass(frozen=True)
class _Made:
    """A relation to copy, evaluated once in DuckDB. kinds: types of its columns."""

    relation: str
    kinds: dict[str, str]
    rows: int


def fill(
    connection: psycopg.Connection,
    duck: duckdb.DuckDBPyConnection,
    share: Share,
    schema: str,
    logins: Sequence[Login],
    now: datetime,
) -> int:
    """Create a schema with all tables of a share, inside the caller's transaction. Returns the number of rows.

    The logins may read the tables, but not yet use the schema.

    Raises:
        PostgresError: the server stored another number of rows than were sent.
        psycopg.Error: a statement failed.
    """
    owner = sql.Identifier(owner_of(share.agreement.agency))
    connection.execute(sql.SQL("create schema {} authorization {}").format(sql.Identifier(schema), owner))
    _about(connection, share, schema, logins, now)
    rows, meanings = 0, share.catalogue.comments
    for number, table in enumerate(share.tables):
        made = _evaluated(duck, share.sql(table), f"shared_{number}")
        columns = {name: (_kind(kind), meanings.get((table.table, name), "")) for name, kind in made.kinds.items()}
        comment = share.catalogue.table_comments.get(table.table)
        title = "\n".join(filter(None, (table.title, comment, _counts(share, table))))
        _create_table(connection, schema, table.name, title, columns)
        _copy(connection, duck, schema, table.name, made)
        for name in _looked_up(table, made):
            connection.execute(
                sql.SQL("create index on {} ({})").format(sql.Identifier(schema, table.name), sql.Identifier(name))
            )
        _analyze(connection, schema, share, table, scoped=any(login.regencies for login in logins))
        _give(connection, schema, share, table, logins)
        duck.execute(f"drop table {made.relation}")
        rows += made.rows
    _renamed(connection, duck, share, schema, logins)
    return rows


def _counts(share: Share, table: Table) -> str | None:
    """The explanation of rounding for a table, if it has counts."""
    counted = is_rounded(table.table, share.catalogue.columns[table.table])
    return rounding_in_words(share.rounding) if counted and share.rounding else None


def _renamed(
    connection: psycopg.Connection,
    duck: duckdb.DuckDBPyConnection,
    share: Share,
    schema: str,
    logins: Sequence[Login],
) -> None:
    """After a key was rotated: create a table of every old and new pseudonym. Not for officers, because it covers all
    regions.
    """
    rows = share.renamed()
    if rows is None:
        return
    _create_table(connection, schema, RENAMED_TABLE, "Nama samaran lama dan baru", _RENAMED)
    _copy(connection, duck, schema, RENAMED_TABLE, _evaluated(duck, rows, RENAMED_TABLE))
    _give_to_all(connection, schema, RENAMED_TABLE, [login for login in logins if not login.regencies])


def _evaluated(duck: duckdb.DuckDBPyConnection, rows: str, relation: str) -> _Made:
    duck.execute(f"create temp table {relation} as {rows}")
    kinds = {name: kind for name, kind, *_ in duck.execute(f"describe {relation}").fetchall()}
    return _Made(relation, kinds, duck.execute(f"select count(*) from {relation}").fetchall()[0][0])


def _kind(kind: str) -> sql.Composable:
    """The server's type for a DuckDB type; text for types that it does not have."""
    if digits := re.fullmatch(r"DECIMAL\((\d+),(\d+)\)", kind):
        return sql.SQL("numeric({}, {})").format(int(digits[1]), int(digits[2]))
    return sql.SQL(_KINDS.get(kind, "text"))


def _create_table(
    connection: psycopg.Connection,
    schema: str,
    name: str,
    title: str,
    columns: Mapping[str, tuple[sql.Composable, str]],
) -> None:
    """columns: name -> type and meaning."""
    table = sql.Identifier(schema, name)
    body = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(column), kind) for column, (kind, _) in columns.items()
    )
    connection.execute(sql.SQL("create table {} ({})").format(table, body))
    owner = sql.Identifier(owner_of(schema.partition("__")[0]))
    connection.execute(sql.SQL("alter table {} owner to {}").format(table, owner))
    connection.execute(sql.SQL("comment on table {} is {}").format(table, title))
    for column, (_, meaning) in columns.items():
        if meaning:
            place = sql.Identifier(schema, name, column)
            connection.execute(sql.SQL("comment on column {} is {}").format(place, meaning))


def _about(connection: psycopg.Connection, share: Share, schema: str, logins: Sequence[Login], now: datetime) -> None:
    _create_table(connection, schema, LOAD_TABLE, "Keterangan muatan", _ABOUT_LOAD)
    agreement = share.agreement
    line = (agreement.agency, agreement.number, agreement.ends, share.load_id, share.as_of, now)
    with connection.cursor() as cursor, cursor.copy(_statement(schema, LOAD_TABLE, _ABOUT_LOAD)) as copy:
        copy.write_row(line)
    _give_to_all(connection, schema, LOAD_TABLE, logins)


def _statement(schema: str, name: str, columns: Mapping[str, object]) -> sql.Composed:
    return sql.SQL("copy {} ({}) from stdin (format text, freeze, encoding 'UTF8')").format(
        sql.Identifier(schema, name), sql.SQL(", ").join(map(sql.Identifier, columns))
    )


def _copy(connection: psycopg.Connection, duck: duckdb.DuckDBPyConnection, schema: str, name: str, made: _Made) -> None:
    with connection.cursor() as cursor:
        with cursor.copy(_statement(schema, name, made.kinds)) as copy:
            for chunk in _lines(duck, made):
                copy.write(chunk)
        if cursor.rowcount != made.rows:
            raise PostgresError(f"{name}: {made.rows} rows were sent, the server took {cursor.rowcount}")


def _lines(duck: duckdb.DuckDBPyConnection, made: _Made) -> Iterator[bytes]:
    """The rows as lines of COPY's text format, made by DuckDB and passed on without a copy per row."""
    fields = ", ".join(_field(name, kind) for name, kind in made.kinds.items())
    reader = duck.sql(f"select concat_ws(chr(9), {fields}) || chr(10) as line from {made.relation}")
    for batch in reader.to_arrow_reader(_BATCH):
        array = batch.column(0).cast(pa.large_string())
        offsets = np.frombuffer(array.buffers()[1], dtype=np.int64, count=len(array) + 1, offset=8 * array.offset)
        if len(array):
            yield bytes(memoryview(array.buffers()[2])[offsets[0] : offsets[-1]])


def _field(name: str, kind: str) -> str:
    if _kind(kind) != _TEXT:
        return f"coalesce({name}::varchar, '\\N')"
    text = f"{name}::varchar"
    for character, written in (("'\\'", "'\\\\'"), ("chr(9)", "'\\t'"), ("chr(10)", "'\\n'"), ("chr(13)", "'\\r'")):
        text = f"replace({text}, {character}, {written})"
    return f"coalesce(replace({text}, chr(0), chr(65533)), '\\N')"  # PostgreSQL text cannot contain NUL


def _looked_up(table: Table, made: _Made) -> list[str]:
    """The columns to index: pseudonyms, regions, and numbers that the agency sees whole."""
    found = []
    for name, mask in table.columns.items():
        region = _REGION.search(name) and mask.kind in ("clear", "region_level")
        number = _NUMBER.search(name) and mask.kind == "clear" and made.kinds[name] == "VARCHAR"
        if mask.kind == "pseudonym" or region or number:
            found.append(name)
    return found


def _analyze(connection: psycopg.Connection, schema: str, share: Share, table: Table, scoped: bool) -> None:
    """Collect statistics for the planner. An officer could read other regions' most common values from its estimates,
    so where there are officers only the region column is analysed.
    """
    column = share.regency_column(table)
    chosen = sql.SQL(" ({})").format(sql.Identifier(column)) if scoped and column else sql.SQL("")
    connection.execute(sql.SQL("analyze {}{}").format(sql.Identifier(schema, table.name), chosen))


def _give(connection: psycopg.Connection, schema: str, share: Share, table: Table, logins: Sequence[Login]) -> None:
    """Grant a table to the logins: to an officer only the rows of his regencies, and no table about people without a
    region. Policies name roles and regions explicitly, so an officer has no setting to change.
    """
    about_people = ids_of(table.table, share.catalogue.columns[table.table])
    if not (about_people and any(login.regencies for login in logins)):
        _give_to_all(connection, schema, table.name, logins)
        return
    place, column = sql.Identifier(schema, table.name), share.regency_column(table)
    connection.execute(sql.SQL("alter table {} enable row level security").format(place))
    for login in logins:
        rows: sql.Composable = sql.SQL("true")
        if login.regencies:
            if column is None:
                continue
            codes = sql.SQL(", ").join(map(sql.Literal, login.regencies))
            rows = sql.SQL("{} in ({})").format(sql.Identifier(column), codes)
        role = sql.Identifier(login.role)
        connection.execute(sql.SQL("grant select on {} to {}").format(place, role))
        connection.execute(
            sql.SQL("create policy {} on {} for select to {} using ({})").format(role, place, role, rows)
        )


def _give_to_all(connection: psycopg.Connection, schema: str, name: str, logins: Sequence[Login]) -> None:
    roles = sql.SQL(", ").join(sql.Identifier(login.role) for login in logins)
    connection.execute(sql.SQL("grant select on {} to {}").format(sql.Identifier(schema, name), roles))
