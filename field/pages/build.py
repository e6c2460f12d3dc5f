"""Writes the pages from tables of the field, whether a night or the progress job made them."""

from __future__ import annotations

from pathlib import Path

import duckdb

from assets.site.build import write_pages
from field.pages import district, overview, regency, reports, sheet
from field.pages.content import FieldData
from field.stamp import Stamp
from validations.sql import literal

ROOM = Path(__file__).parent
PAGES = (overview.PAGE, reports.PAGE, regency.PAGE, district.PAGE, sheet.PAGE)
"""The first is where the others lead back to."""


def write(database: Path, folder: Path, stamp: Stamp) -> None:
    """Write the pages, Indonesian and English, into a new folder.

    database: a DuckDB file whose schema `marts` has `companion_progress`, `family_due`, `field_questions`,
        `fct_change_report`, `fct_payment_seen` and `dim_region`.

    Raises:
        duckdb.Error: the file or a table is missing.
        OSError, jinja2.TemplateError: they could not be written.
    """
    with duckdb.connect() as connection:
        connection.execute(f"attach {literal(database)} as taken (read_only); use taken")
        write_tables(connection, folder, stamp)


def write_tables(connection: duckdb.DuckDBPyConnection, folder: Path, stamp: Stamp) -> None:
    """Write the pages from the schema `marts` of a connection. Otherwise as `write`."""
    data = FieldData(connection, stamp.load_id, stamp.load_as_of, stamp=stamp)
    for _ in write_pages(data, folder, PAGES, ROOM):
        pass
