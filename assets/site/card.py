"""Makes the report card of a sending agency: the results of its deliveries, to print on A4.

It is a page of the site, and a self-contained file that the agency gets with its extract. Only the file says what
changed in the extract.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from assets.home import Home
from assets.ledger import Ledger
from assets.load import Load
from assets.publication import tables, verdict
from assets.sharing.changes import Changes
from assets.site import deliveries, extract_changes
from assets.site.data import LINES, Data, load_of
from assets.site.metrics import value
from assets.site.numbers import NOTHING
from assets.site.offices import Office
from assets.site.page import Context
from assets.site.table import Cell, Head, Table
from assets.site.tongue import Tongue
from assets.sources import Source
from validations.expectations.metrics import family
from validations.sql import literal

_MOST_REASONS = 8
_GRADED = ("quarantine_share", "nik_usable_share", "linked_share", "carried_forward_share", "freshness_days")
_NEWEST = """
    select * from quality.deliveries where list_contains($sources, source)
    qualify row_number() over (partition by source order by delivery_date desc, loaded_at desc, delivery_id desc) = 1
    order by source"""
_OF_DELIVERIES = """
    select source, column_name, check_name, sum(rows)::bigint as rows from quality.{lines}_counts
    where list_contains($deliveries, delivery_id)
    group by all order by rows desc, source, column_name, check_name limit $most"""
_TREND = """
    select load_seq, load_id, as_of_date, sum(rows_read)::bigint as rows_read,
        sum(rows_accepted)::bigint as rows_accepted, sum(rows_quarantined)::bigint as rows_quarantined,
        sum(rows_duplicate)::bigint as rows_duplicate
    from quality.deliveries join quality.loads using (load_id) where list_contains($sources, source)
    group by all order by load_seq desc limit 12"""


def card(data: Data, office: Office, t: Tongue, changes: Changes | None = None) -> Context:
    """The context of the template `rapor.html`. changes: of the agency's extract, only for the agency itself."""
    names = {name: title for name, title in deliveries.source_names(t).items() if name in _names(office)}
    newest = data.rows(_NEWEST, {"sources": list(names)})
    of = {"deliveries": [row["delivery_id"] for row in newest], "most": _MOST_REASONS}
    held = data.rows(_OF_DELIVERIES.format(lines="quarantine"), of)
    noted = data.rows(_OF_DELIVERIES.format(lines="warnings"), of)
    trend = data.rows(_TREND, {"sources": list(names)})
    whole = deliveries.total(newest)
    return {
        "heading": t("rapor.heading", name=office.name),
        "office": office,
        "newest": newest,
        "total": whole,
        "accepted": whole["rows_accepted"] / whole["rows_read"] if whole["rows_read"] else None,
        "whole": deliveries.parts(whole, t),
        "lines": deliveries.lines(newest, names, t),
        "by_delivery": deliveries.table(newest, names, t("rapor.by_delivery"), t),
        "refusals": deliveries.refusals(newest, names, t),
        "held": deliveries.reasons(held, names, t("rapor.held"), t),
        "noted": deliveries.reasons(noted, names, t("rapor.noted"), t, "ochre"),
        "marks": _marks(data, office, t),
        "changes": extract_changes.told(changes, t) if changes else None,
        "silent": [getattr(source.contract, f"title_{t.language}") for source in _silent(office, newest)],
        "trend": [_night(row, t) for row in trend],
    }


def _names(office: Office) -> list[str]:
    return [source.name for source in office.sources]


def _silent(office: Office, newest: list[dict[str, Any]]) -> Iterator[Source]:
    delivered = {row["source"] for row in newest}
    return (source for source in office.sources if source.name not in delivered)


def _night(row: dict[str, Any], t: Tongue) -> dict[str, Any]:
    return {
        "name": t.day(row["as_of_date"]),
        "link": None,
        "parts": deliveries.parts(row, t),
        "said": t(
            "rapor.night", share=t.percent(row["rows_quarantined"] / row["rows_read"] if row["rows_read"] else None, 2)
        ),
    }


def _marks(data: Data, office: Office, t: Tongue) -> Table:
    """The gate's metrics of its sources, one row each, with the previous value if it differs."""
    rows = data.rows(
        "select * from quality.gate_metrics where list_contains($sources, subject) and list_contains($graded, metric)",
        {"sources": _names(office), "graded": list(_GRADED)},
    )
    found = {(row["subject"], row["metric"]): row for row in rows}
    names = deliveries.source_names(t)
    heads = [Head(t("kiriman.source")), *(Head(t(f"rapor.{metric}"), True) for metric in _GRADED)]
    cells = [
        [Cell(names[source]), *(_mark(found.get((source, metric)), t) for metric in _GRADED)]
        for source in dict.fromkeys(row["subject"] for row in rows)
    ]
    return Table(t("rapor.marks"), heads, cells)


def _mark(row: dict[str, Any] | None, t: Tongue) -> Cell:
    if row is None:
        return Cell(NOTHING)
    now, before = (value(family(row["metric"]), row[name], t) for name in ("value", "yesterday"))
    said = now if row["yesterday"] is None or now == before else t("rapor.and_before", now=now, before=before)
    return Cell(said, row["value"], tone="good" if row["passed"] else "bad")


@contextmanager
def numbers_of(home: Home, load_id: str, office: Office) -> Generator[Data]:
    """Yield the `Data` that the card of one agency needs, with its own deliveries only.

    Raises:
        LookupError: the ledger has no such load.
    """
    load, _ = load_of(home, load_id)
    names = _names(office)
    with duckdb.connect() as connection:
        connection.execute("create schema quality")
        with Ledger(home.ledger) as ledger:
            own = [dict(row) for name in names for row in ledger.deliveries(name)]
            loads = ledger.loads()
        _fill(connection, tables.DELIVERIES, [row | {"reason": row["reason_id"]} for row in own])
        _fill(connection, tables.LOADS, [dict(row) for row in loads])
        _fill(connection, tables.GATE_METRICS, _metrics(load, names))
        for lines, query in LINES.items():
            _count(connection, home, own, lines, query)
        yield Data(connection, load_id, load.as_of)


def _fill(connection: duckdb.DuckDBPyConnection, table: tables.Table, rows: list[dict[str, Any]]) -> None:
    table.create(connection)
    table.fill(connection, table.arrow(rows))


def _metrics(load: Load, sources: list[str]) -> list[dict[str, Any]]:
    judged = verdict.read_or_none(load)
    return [row for row in judged.metrics.to_pylist() if row["subject"] in sources] if judged else []


def _count(
    connection: duckdb.DuckDBPyConnection, home: Home, own: list[dict[str, Any]], lines: str, query: str
) -> None:
    """Create table `quality.<lines>_counts` of the deliveries whose files still exist."""
    table = getattr(tables, lines.upper())
    table.create(connection)
    paths = (home.delivery(row["source"], row["delivery_id"]) / f"{lines}.parquet" for row in own)
    for path in filter(Path.exists, paths):
        connection.execute(
            f"insert into quality.{lines} by name select {', '.join(table.names)} from read_parquet({literal(path)})"
        )
    connection.execute(f"create table quality.{lines}_counts as {query}")
