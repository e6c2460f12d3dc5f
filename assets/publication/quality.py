"""Writes schema `quality`: deliveries, quarantined rows and their reasons, findings of the gate. Every load gets it,
also a rejected or failed one, so that the reason can be seen.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import duckdb

from assets import durable
from assets.home import Home
from assets.ledger import Ledger
from assets.load import Load
from assets.publication import tables, verdict
from validations.regions import PROVINCE

READ_ONLY = 0o440


def write_quality(load: Load, target: Path) -> None:
    """Replace schema `quality` in the DuckDB file `target`, which may hold other schemas and must be writable.

    Rows of the ledger and the verdict are inserted through Arrow, the lines of deliveries from their Parquet files.
    """
    judgement = verdict.read_or_none(load)
    with load.ledger() as ledger, duckdb.connect(str(target)) as connection:
        connection.execute("begin")
        connection.execute("drop schema if exists quality cascade")
        connection.execute("create schema quality")
        for table in tables.TABLES:
            table.create(connection)
        _fill_from_ledger(load, ledger, connection, judgement)
        fill_lines(connection, [load.home.delivery(row["source"], row["delivery_id"]) for row in _shown(load, ledger)])
        _fill_access(load.home, connection)
        if judgement is not None:
            tables.GATE_METRICS.fill(connection, judgement.metrics)
            tables.GATE_RESULTS.fill(connection, judgement.results)
            tables.RECONCILIATION.fill(connection, judgement.reconciliation)
        connection.execute("commit")


def publish_quality(home: Home, load_id: str) -> Path:
    """Write `HOME/quality/<load_id>.duckdb` and point `HOME/quality/current.duckdb` to it. Returns the file.

    Call it for every load when its result is known, published or not. Readers see either the previous file or this one.

    Raises:
        ValueError: the ledger has no such load.
    """
    durable.sweep(home.quality)
    load = _load(home, load_id)
    target = home.quality_of(load_id)
    fresh = target.with_name(f".{load_id}.fresh")
    write_quality(load, fresh)
    durable.settle(fresh, target, READ_ONLY)
    durable.point(home.current_quality, target.name)
    return target


def _load(home: Home, load_id: str) -> Load:
    """The load from the ledger; nothing here reads the landing."""
    with Ledger(home.ledger) as ledger:
        row = ledger.load(load_id)
    if row is None:
        raise ValueError(f"the ledger has no load {load_id}")
    return Load(home, home.root / "no-landing", load_id, date.fromisoformat(row["as_of_date"]))


def _fill_from_ledger(load: Load, ledger: Ledger, connection, judgement: verdict.Judgement | None) -> None:
    fill = {
        tables.DELIVERIES: ledger.rows("select *, reason_id as reason from deliveries order by entry_seq"),
        tables.DELIVERY_FILES: ledger.rows(
            "select *, reason_id as reason from delivery_files order by delivery_id, file_name"
        ),
        tables.UNREAD: ledger.rows("select * from unread order by load_id, path"),
        tables.LOADS: ledger.loads(),
        tables.DECISIONS: ledger.rows(
            "select *, at as decided_at, by as decided_by from decisions order by decision_id"
        ),
    }
    for table, rows in fill.items():
        table.fill(connection, table.arrow(rows))
    if judgement is not None and judgement.passed:
        # This file is closed before the link is replaced, and must be correct from the moment readers see it.
        connection.execute(
            "update quality.loads set state = case when load_id = $load then 'published' else 'superseded' end"
            " where (load_id = $load and state in ('open', 'loaded', 'gated'))"
            " or (state = 'published' and load_id <> $load"
            "     and exists (from quality.loads where load_id = $load and state in ('open', 'loaded', 'gated')))",
            {"load": load.load_id},
        )


def fill_lines(connection, folders: Iterable[Path]) -> None:
    """Insert the lines of deliveries (quarantined rows, warnings, repairs) from their folders."""
    folders = list(folders)
    for table in (tables.QUARANTINE, tables.WARNINGS, tables.REPAIRS):
        files = [str(path) for folder in folders if (path := folder / f"{table.name}.parquet").exists()]
        if files:
            connection.execute(
                f"insert into quality.{table.name} by name select {', '.join(table.names)}"
                " from read_parquet($files, union_by_name = true, hive_partitioning = false)",
                {"files": files},
            )


def _fill_access(home: Home, connection) -> None:
    """Fill the access log of the PostgreSQL server, for all loads."""
    if files := [str(path) for path in sorted(home.access.glob("*.parquet"))]:
        connection.execute(
            f"insert into quality.access_log by name select {', '.join(tables.ACCESS_LOG.names)}"
            " from read_parquet($files, hive_partitioning = false) order by all",
            {"files": files},
        )


def _shown(load: Load, ledger: Ledger) -> list[dict]:
    """The deliveries whose lines are shown: those still in force, those held for a decision, and all that arrived with
    this load or with a load whose quality file is kept.

    A snapshot is in force until, for each of its files, a later delivery covers the same region or the whole province.
    """
    kept = [path.stem for path in load.home.quality.glob("[0-9]*.duckdb")]
    marks = ", ".join("?" * (len(kept) + 1))
    return ledger.rows(
        f"""
        with applied as (
            select d.delivery_id, d.source, d.kind, d.delivery_date, d.acceptance_seq, f.coverage
            from deliveries d join delivery_files f using (delivery_id)
            where d.status = 'accepted' and f.status = 'accepted' and d.delivery_date <= ?
        ),
        current as (
            select old.delivery_id from applied old
            where old.kind = 'delta' or not exists (
                select 1 from applied new
                where new.source = old.source and new.coverage in (old.coverage, '{PROVINCE}')
                and (new.delivery_date, new.acceptance_seq) > (old.delivery_date, old.acceptance_seq)
            )
        )
        select source, delivery_id from deliveries
        where status = 'held' or load_id in ({marks}) or delivery_id in (select delivery_id from current)
        order by delivery_date, acceptance_seq, delivery_id
        """,
        load.as_of.isoformat(),
        load.load_id,
        *kept,
    )
