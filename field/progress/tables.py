"""What a file of progress says about itself: table `reference.progress`, and schema `quality` of the day's submissions.

No submission disappears: each that no load has taken in is in a mart, in `quality.quarantine` with its reasons, a
duplicate that is counted, or in a delivery that `quality.deliveries` calls refused or held, with the reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import duckdb

from assets.ledger_rows import DeliveryStatus
from assets.load import Load
from assets.publication import tables
from assets.publication.quality import fill_lines
from assets.sources import Source
from field.progress.basis import Basis
from field.stamp import Stamp
from validations.sql import identifier, pattern, value

_COLUMNS = {
    "load_id": ("varchar", "Muatan terbit yang menjadi dasarnya", "The published load that it is built on"),
    "load_as_of_date": ("date", "Tanggal muatan itu", "The day of that load"),
    "as_of_date": ("date", "Hari perhitungan kunjungan", "The day for which visits are counted"),
    "taken_at": ("timestamp", "Menit kiriman dibaca (UTC)", "The minute at which submissions were read (UTC)"),
    "submissions_read": ("bigint", "Baris kiriman formulir yang belum dimuat", "Submissions that no load has taken in"),
    "submissions_accepted": ("bigint", "Di antaranya diterima", "Of these, accepted"),
    "submissions_quarantined": ("bigint", "Di antaranya ditahan", "Of these, quarantined"),
    "submissions_duplicate": ("bigint", "Di antaranya ulangan persis", "Of these, exact repetitions"),
    "deliveries_refused": ("bigint", "Kiriman yang ditolak seluruhnya", "Deliveries that were refused as a whole"),
    "last_submitted_at": ("timestamp", "Formulir terakhir yang diterima (UTC)", "The newest accepted form (UTC)"),
}
_FROM_LEDGER = {
    tables.DELIVERIES: "select *, reason_id as reason from deliveries where load_id = ? order by entry_seq",
    tables.DELIVERY_FILES: "select f.*, f.reason_id as reason from delivery_files f"
    " join deliveries d using (delivery_id) where d.load_id = ? order by delivery_id, file_name",
    tables.UNREAD: "select *, reason_id as reason from unread where load_id = ? order by path",
}
_LINES = (tables.QUARANTINE, tables.WARNINGS, tables.REPAIRS)


def taken_in(load: Load) -> list[dict[str, Any]]:
    """The deliveries that the scratch load took in, in the order in which they were entered."""
    with load.ledger() as ledger:
        return ledger.rows(_FROM_LEDGER[tables.DELIVERIES], load.load_id)


def stamp(load: Load, basis: Basis, taken_at: datetime, sources: Sequence[Source]) -> Stamp:
    """The stamp of a scratch load. Only sources whose rows are submissions are counted, not repeats of a form."""
    counted = {source.name for source in sources if source.submitted_at}
    rows = [row for row in taken_in(load) if row["source"] in counted]
    sums = {name: sum(row[f"rows_{name}"] for row in rows) for name in ("read", "accepted", "quarantined", "duplicate")}
    refused = sum(row["status"] == DeliveryStatus.REFUSED for row in rows)
    minute = taken_at.replace(second=0, microsecond=0)
    last = _last_submitted(load, sources)
    return Stamp(basis.load_id, basis.as_of, load.as_of, minute, **sums, refused=refused, last_submitted_at=last)


def _last_submitted(load: Load, sources: Sequence[Source]) -> datetime | None:
    with duckdb.connect() as connection:
        times = [
            value(
                connection.execute(
                    f"select max(try_cast({identifier(source.submitted_at.lower())} as timestamp))"
                    f" from read_parquet({pattern(load.folder.inputs / source.name, '*/accepted/*.parquet')},"
                    " union_by_name = true, hive_partitioning = false)"
                )
            )
            for source in sources
            if source.submitted_at
        ]
    return max((time for time in times if time is not None), default=None)


def write(connection: duckdb.DuckDBPyConnection, load: Load, stamped: Stamp) -> None:
    """Write both into the connection's database, in one transaction."""
    connection.execute("begin")
    connection.execute("create schema if not exists reference; create schema quality")
    _write_reference(connection, stamped)
    for table in (*_FROM_LEDGER, *_LINES):
        table.create(connection)
    with load.ledger() as ledger:
        for table, sql in _FROM_LEDGER.items():
            table.fill(connection, table.arrow(ledger.rows(sql, load.load_id)))
    fill_lines(connection, [load.home.delivery(row["source"], row["delivery_id"]) for row in taken_in(load)])
    connection.execute("commit")


def _write_reference(connection: duckdb.DuckDBPyConnection, stamped: Stamp) -> None:
    columns = tuple(tables.Column(name, kind, *meaning) for name, (kind, *meaning) in _COLUMNS.items())
    meaning_id, meaning_en = "Satu baris: berkas ini dibuat dari apa.", "One row: what this file is made of."
    own = tables.Table("progress", meaning_id, meaning_en, columns)
    own.create(connection, "reference")
    row = [
        stamped.load_id,
        stamped.load_as_of,
        stamped.as_of,
        stamped.taken_at.astimezone(UTC).replace(tzinfo=None),
        stamped.read,
        stamped.accepted,
        stamped.quarantined,
        stamped.duplicate,
        stamped.refused,
        stamped.last_submitted_at,
    ]
    connection.execute(f"insert into reference.progress values ({', '.join('?' * len(row))})", row)
