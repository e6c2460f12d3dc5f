"""Writes the pages into the extract of an agency whose agreement has the tables of the field."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from assets.home import Home
from assets.ledger import Ledger
from assets.sharing.agreement import path_of, read_one
from assets.sharing.share import Share, opened, share_of
from field.pages.build import write_tables
from field.stamp import Stamp

TABLES = ("companion_progress", "family_due", "field_questions", "fct_change_report", "fct_payment_seen", "dim_region")


def write_from_share(home: Home, load_id: str, agency: str, day: date, folder: Path) -> None:
    """Write an agency's pages of a load from its share. Does nothing if its agreement lacks a table of the field.

    day: today, to check that the agreement is in force.

    Raises:
        AgreementError, ShareError, PseudonymError: as of `assets.sharing.share.share_of`.
        OSError, duckdb.Error, jinja2.TemplateError: they could not be written.
    """
    agreement = read_one(path_of(agency))
    if not {f"marts.{name}" for name in TABLES} <= {table.table for table in agreement.tables}:
        return
    with TemporaryDirectory(dir=folder.parent, prefix=".pages.") as spill, duckdb.connect() as connection:
        with opened(home.warehouse(load_id), Path(spill)) as source:
            share = share_of(source, home, agreement, day, medium="extracts")
            _take(source, share, connection)
        write_tables(connection, folder, _stamp(home, share, connection))


def _take(source: duckdb.DuckDBPyConnection, share: Share, connection: duckdb.DuckDBPyConnection) -> None:
    """Copy the tables, as the agreement shows them, into schema `marts`."""
    connection.execute("create schema marts")
    for table in share.tables:
        if table.name in TABLES:
            connection.register("taken", source.sql(share.sql(table)).to_arrow_table())
            connection.execute(f"create table marts.{table.name} as from taken")
            connection.unregister("taken")


def _stamp(home: Home, share: Share, connection: duckdb.DuckDBPyConnection) -> Stamp:
    """Forms are those that were there when the load began."""
    with Ledger(home.ledger) as ledger:
        load = ledger.load(share.load_id)
    assert load is not None, "the load of a publication is in the ledger"
    ((last,),) = connection.execute("select max(last_form_on)::timestamp from marts.family_due").fetchall()
    began = datetime.fromisoformat(load["started_at"])
    return Stamp(share.load_id, share.as_of, share.as_of, began, last_submitted_at=last)
