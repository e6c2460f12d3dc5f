"""The tables of schema `quality`, each declared once: DuckDB types, comments and Arrow schemas all follow from here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa

from assets.home import literal

_ARROW = {"BIGINT": pa.int64(), "DOUBLE": pa.float64(), "BOOLEAN": pa.bool_()}


@dataclass(frozen=True)
class Column:
    """`type` is DuckDB's. Times are UTC without a zone, so that every client reads them alike."""

    name: str
    type: str
    comment: str


@dataclass(frozen=True)
class Table:
    """`grain`: what one row is."""

    name: str
    grain: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    def arrow(self, rows: Iterable[dict[str, Any]]) -> pa.Table:
        """Rows from the ledger or the gate as Arrow; dates and times stay text until DuckDB casts them."""
        schema = pa.schema([(column.name, _ARROW.get(column.type, pa.string())) for column in self.columns])
        return pa.Table.from_pylist(list(rows), schema=schema)

    def create(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Make the empty table with its comments in schema `quality`."""
        columns = ", ".join(f"{column.name} {column.type}" for column in self.columns)
        statements = [
            f"create table quality.{self.name} ({columns})",
            f"comment on table quality.{self.name} is {literal(self.grain)}",
            *(f"comment on column quality.{self.name}.{one.name} is {literal(one.comment)}" for one in self.columns),
        ]
        connection.execute(";\n".join(statements))

    def fill(self, connection: duckdb.DuckDBPyConnection, rows: pa.Table) -> None:
        """Insert Arrow rows, by name; columns the table does not have are left out."""
        connection.register("incoming", rows)
        connection.execute(f"insert into quality.{self.name} by name select {', '.join(self.names)} from incoming")
        connection.unregister("incoming")


_DELIVERY = Column("delivery_id", "VARCHAR", "The delivery: <source>-<date>-<first ten hex digits of its sha256>")
_SOURCE = Column("source", "VARCHAR", "The export, as named in the contracts, e.g. dinsos_pkh")
_LOAD = Column("load_id", "VARCHAR", "The load: <as-of date>-<counter>")
_REASON_CODE = Column("reason_code", "VARCHAR", "Short name of the reason; null if accepted")
_REASON_EN = Column("reason_en", "VARCHAR", "The reason in English")
_COUNTS = (
    Column("rows_read", "BIGINT", "Data rows in it: accepted + quarantined + duplicate, always"),
    Column("rows_accepted", "BIGINT", "Rows that came in"),
    Column("rows_quarantined", "BIGINT", "Rows with at least one error, kept out"),
    Column("rows_duplicate", "BIGINT", "Exact repetitions of an accepted row of the same delivery"),
    Column("rows_furniture", "BIGINT", "Titles, blank rows, repeated headers, totals, notes: counted apart"),
)
_LINE = (
    _DELIVERY,
    _SOURCE,
    Column("file_name", "VARCHAR", "The file, as the agency named it"),
    Column("row_number", "BIGINT", "The row a spreadsheet would show (first line is 1); null: the file as a whole"),
    Column("column_name", "VARCHAR", "The column, as the contract names it; null: the row as a whole"),
    Column("check_name", "VARCHAR", "The rule that was broken or applied"),
    Column("message_id", "VARCHAR", "What is wrong, in Indonesian"),
    Column("message_en", "VARCHAR", "What is wrong, in English"),
    Column("raw_row", "VARCHAR", "The row as delivered (JSON)"),
    Column("record_key", "VARCHAR", "The record's key after normalisation, parts joined by |"),
)
_CHANGE = (
    Column("original_value", "VARCHAR", "The value as delivered"),
    Column("new_value", "VARCHAR", "The value that is used instead; null: the original is used, or none"),
)

DELIVERIES = Table(
    "deliveries",
    "One row per delivery that ever came, whatever became of it.",
    (
        _DELIVERY,
        _SOURCE,
        Column("agency", "VARCHAR", "The agency (OPD) that sent it"),
        Column("delivery_date", "DATE", "The date of its folder in the landing"),
        Column("kind", "VARCHAR", "snapshot: replaces what the source said for its regions; delta: adds and changes"),
        Column("coverage", "VARCHAR", "Regency codes it speaks for, joined by commas; 36 is the whole province"),
        Column("acceptance_seq", "BIGINT", "Order of acceptance; later wins on the same date; null if never accepted"),
        Column("file_names", "VARCHAR", "Its files, joined by commas"),
        Column("sha256", "VARCHAR", "SHA-256 of the sorted list of its files' SHA-256"),
        *_COUNTS,
        Column("status", "VARCHAR", "accepted, refused, replayed, held, withdrawn"),
        _REASON_CODE,
        Column("reason", "VARCHAR", "Why it was not accepted, in Indonesian"),
        _REASON_EN,
        Column("load_id", "VARCHAR", "The load that took it in"),
        Column("loaded_at", "TIMESTAMP", "When it was taken in (UTC)"),
    ),
)
DELIVERY_FILES = Table(
    "delivery_files",
    "One row per file of a delivery.",
    (
        _DELIVERY,
        Column("file_name", "VARCHAR", "The file, as the agency named it"),
        Column("sha256", "VARCHAR", "SHA-256 of its bytes"),
        Column("bytes", "BIGINT", "Its size"),
        Column("encoding", "VARCHAR", "The encoding it was read with"),
        Column("coverage", "VARCHAR", "The regency code it speaks for; 36 is the whole province"),
        *_COUNTS,
        Column("status", "VARCHAR", "accepted, refused, replayed"),
        _REASON_CODE,
        Column("reason", "VARCHAR", "Why it was not accepted, in Indonesian"),
        _REASON_EN,
    ),
)
_KEPT = (
    "Shown for the deliveries in force, the held ones, and all that came with a load whose quality file is still kept."
)
QUARANTINE = Table("quarantine", f"One row per failed check of a quarantined row. {_KEPT}", _LINE)
WARNINGS = Table("warnings", f"One row per warning; the row itself came in. {_KEPT}", _LINE + _CHANGE)
REPAIRS = Table("repairs", f"One row per value that was repaired, with the original. {_KEPT}", _LINE + _CHANGE)
UNREAD = Table(
    "unread",
    "One row per thing in the landing that a load left unread (ruling 14).",
    (
        _LOAD,
        Column("path", "VARCHAR", "Where it lies, from the landing down"),
        Column("reason_code", "VARCHAR", "Short name of the reason"),
        Column("reason_id", "VARCHAR", "The reason in Indonesian"),
        _REASON_EN,
    ),
)
GATE_METRICS = Table(
    "gate_metrics",
    "One row per metric, subject and region of this load, with the limits it was held against.",
    (
        _LOAD,
        Column("metric", "VARCHAR", "The family of metrics, as declared in validations/expectations"),
        Column("subject", "VARCHAR", "The source or programme it is about; null: the warehouse as a whole"),
        Column("regency_code", "VARCHAR", "Kabupaten/kota; 36 is the province"),
        Column("value", "DOUBLE", "Tonight's value: a count, a share from 0 to 1, or days"),
        Column("denominator", "DOUBLE", "What a share is of; null for counts"),
        Column("yesterday", "DOUBLE", "The same metric in the load published before; null on the first night"),
        Column("limit_low", "DOUBLE", "Smallest plausible value; null: no lower limit"),
        Column("limit_high", "DOUBLE", "Largest plausible value; null: no upper limit"),
        Column("rule", "VARCHAR", "Where the limits come from: yesterday, quota, absolute, first_night, information"),
        Column("severity", "VARCHAR", "error: outside the limits nothing is published; warning: it is only shown"),
        Column("passed", "BOOLEAN", "Whether the value lies within its limits"),
    ),
)
GATE_RESULTS = Table(
    "gate_results",
    "One row per check of the gate: dbt's nodes, reconciliation, Great Expectations.",
    (
        _LOAD,
        Column("checker", "VARCHAR", "dbt, reconciliation, great_expectations"),
        Column("name", "VARCHAR", "The check"),
        Column("severity", "VARCHAR", "error or warning"),
        Column("passed", "BOOLEAN", "Whether it passed"),
        Column("observed", "VARCHAR", "What was found: a status, a number of deviations"),
        Column("detail_id", "VARCHAR", "The finding in Indonesian"),
        Column("detail_en", "VARCHAR", "The finding in English"),
    ),
)
RECONCILIATION = Table(
    "reconciliation",
    "One row per pair of numbers that must be equal, counted in two places.",
    (
        _LOAD,
        Column("name", "VARCHAR", "Which law"),
        Column("subject", "VARCHAR", "The delivery, file, source or table it was counted for"),
        Column("left_value", "BIGINT", "The number as stated, or counted first"),
        Column("right_value", "BIGINT", "The number counted again elsewhere"),
        Column("passed", "BOOLEAN", "Whether both are equal"),
    ),
)
LOADS = Table(
    "loads",
    "One row per load there ever was; the state of this one is what the gate decided.",
    (
        _LOAD,
        Column("load_seq", "BIGINT", "Place in the order in which loads were opened; times may not tell it"),
        Column("as_of_date", "DATE", "Deliveries up to this day took part"),
        Column(
            "state",
            "VARCHAR",
            "published, rejected, failed, superseded, rolled_back, withdrawn, damaged, or unfinished",
        ),
        Column("started_at", "TIMESTAMP", "Begin (UTC)"),
        Column("finished_at", "TIMESTAMP", "Last change of its state (UTC)"),
        Column("previous_load_id", "VARCHAR", "The load that was published when it began"),
        Column("code_version", "VARCHAR", "The version of the code that made it"),
        Column("reason", "VARCHAR", "Why it is in that state"),
    ),
)
DECISIONS = Table(
    "decisions",
    "One row per decision of a person: release, withdraw, rollback, override.",
    (
        Column("decision_id", "BIGINT", "Number in order of time"),
        Column("decided_at", "TIMESTAMP", "When (UTC)"),
        Column("action", "VARCHAR", "What was decided"),
        Column("subject", "VARCHAR", "The delivery or load it was about"),
        Column("decided_by", "VARCHAR", "Who decided"),
        Column("reason", "VARCHAR", "Why"),
    ),
)

ACCESS_LOG = Table(
    "access_log",
    "One row per table that a statement on the PostgreSQL server read, and per connection; what was asked is not kept.",
    (
        Column("accessed_at", "TIMESTAMP", "When (UTC)"),
        Column("agency", "VARCHAR", "The agency"),
        Column("login", "VARCHAR", "Who: a login of the agency, or of one of its officers"),
        Column("session", "VARCHAR", "The connection, as the server numbers it"),
        Column("action", "VARCHAR", "connect; select, copy and others, where the server has pgaudit"),
        Column("table_name", "VARCHAR", "The table, with its schema; null for connect"),
        Column("rows_given", "BIGINT", "Rows that the whole statement gave"),
    ),
)

TABLES = (
    DELIVERIES,
    DELIVERY_FILES,
    QUARANTINE,
    WARNINGS,
    REPAIRS,
    UNREAD,
    GATE_METRICS,
    GATE_RESULTS,
    RECONCILIATION,
    LOADS,
    DECISIONS,
    ACCESS_LOG,
)
