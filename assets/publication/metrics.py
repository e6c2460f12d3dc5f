"""The gate's metrics of a load: tonight's values, which dbt counts, yesterday's values, and the limits.

Yesterday's values are read from `quality.gate_metrics` of the published warehouse, so that a change of the marts'
columns does not break the comparison, and nothing is counted again. Only the changes of households (`unexplained`) are
computed from its marts, by ids.
"""

from __future__ import annotations

import duckdb
import pyarrow as pa

from assets.load import Load
from assets.publication import unexplained
from assets.publication.limits import bound
from assets.publication.scratch import scratch
from assets.seal import pointed_at
from assets.sources import all_sources
from validations.indicators import UNLIKE_HISTORY
from validations.regions import PROVINCE
from validations.sql import literal

MODELS = ("metrics_of_households", "metrics_of_programmes", "metrics_of_sources")
"""Models in schema `gate` of the load's staging database: metric, subject, regency_code, value, denominator."""

# Metrics that dbt cannot count: from the ledger, the quota in force, and changes of households since yesterday.
_OUTSIDE_DBT = {
    "quota": "select programme, regency_code, now, null from quota",
    "quarantine_share": f"""
        select source, '{PROVINCE}', sum(rows_quarantined) / sum(rows_read), sum(rows_read)
        from newest group by source having sum(rows_read) > 0
    """,
    "indicators_unlike_history": f"select source, '{PROVINCE}', lines, null from unlike_history",
    "unexplained_households": f"""
        with each as (
            select 'members' as subject, regency_code, members_changed as changed from compared
            union all select 'region', regency_code, region_changed from compared
        ),
        placed as (select subject, coalesce(nullif(regency_code, '{PROVINCE}'), '00') as region, changed from each)
        select subject, case when grouping(region) = 1 then '{PROVINCE}' else region end,
            count(*) filter (where changed) / count(*), count(*)
        from placed group by grouping sets ((subject, region), (subject))
    """,
}


def measure(load: Load) -> pa.Table:
    """The metrics of a load with their limits: the columns of `quality.gate_metrics` except `passed`, which the suite
    fills.

    dbt has counted most of them (`MODELS`). Also reads the built warehouse, the mentions and the ledger of the load,
    and the published load.

    Raises:
        duckdb.Error: a table that a metric is counted from is missing.
    """
    with scratch(load) as connection:
        _newest_deliveries(connection, load)
        _unlike_history(connection, load)
        first = _yesterday(connection, load)
        _quotas(connection, load)
        connection.execute(
            "create temp table today (metric varchar, subject varchar, regency_code varchar, value double,"
            " denominator double)"
        )
        for model in MODELS:
            connection.execute(f"insert into today by name from staging.gate.{model}")
        for metric, sql in _OUTSIDE_DBT.items():
            connection.execute(f"insert into today select '{metric}', * from ({sql})")
        return bound(connection, load.load_id, first)


def _newest_deliveries(connection: duckdb.DuckDBPyConnection, load: Load) -> None:
    """Make the view `newest`: source, delivery_id, rows_read, rows_quarantined of the deliveries of a source's newest
    date.
    """
    with load.ledger() as ledger:
        newest = ledger.rows(
            "select source, delivery_id, rows_read, rows_quarantined from ("
            " select *, max(delivery_date) over (partition by source) as last from deliveries"
            " where status = 'accepted' and delivery_date <= ?) where delivery_date = last",
            load.as_of.isoformat(),
        )
    texts, counts = ("source", "delivery_id"), ("rows_read", "rows_quarantined")
    schema = pa.schema(dict.fromkeys(texts, pa.string()) | dict.fromkeys(counts, pa.int64()))
    connection.register("newest", pa.Table.from_pylist(newest, schema=schema))


def _unlike_history(connection: duckdb.DuckDBPyConnection, load: Load) -> None:
    """Make table `unlike_history`: source, lines of its newest deliveries that doubt an indicator; of each source that
    has such a rule.
    """
    connection.execute("create temp table unlike_history (source varchar, lines bigint)")
    doubted = {
        source.name
        for source in all_sources()
        if any(rule.message is UNLIKE_HISTORY for rule in source.contract.set_rules)
    }
    newest = connection.sql("select source, delivery_id from newest order by all").fetchall()
    for source in sorted(doubted & {source for source, _ in newest}):
        folders = [load.home.delivery(source, delivery_id) for name, delivery_id in newest if name == source]
        files = ", ".join(literal(folder / "warnings.parquet") for folder in folders)
        connection.execute(
            f"insert into unlike_history select $source, count(*) from read_parquet([{files}])"
            " where check_name = $check",
            {"source": source, "check": UNLIKE_HISTORY.code},
        )


def _yesterday(connection: duckdb.DuckDBPyConnection, load: Load) -> bool:
    """Make the tables `yesterday` and `compared` from the published load. Returns whether there is none: the first
    night.
    """
    connection.execute(
        "create temp table yesterday (metric varchar, subject varchar, regency_code varchar, value double)"
    )
    published = pointed_at(load.home)
    if published is None:
        unexplained.compare(connection, load, None)
        return True
    connection.execute(f"attach {literal(load.home.warehouse(published))} as published (read_only)")
    connection.execute(
        "insert into yesterday select metric, coalesce(subject, ''), regency_code, value"
        " from published.quality.gate_metrics"
    )
    unexplained.compare(connection, load, published)
    connection.execute("detach published")
    return False


def _quotas(connection: duckdb.DuckDBPyConnection, load: Load) -> None:
    """Make the table `quota`: programme, regency_code, `now` and `before`, from every seed `ref_<programme>_quota`.

    `before` is the quota of the published load if that differs, else that of the previous year. The quota of an earlier
    year stays in force until this year's is known.
    """
    connection.execute("create temp table quota (programme varchar, regency_code varchar, now double, before double)")
    seeds = connection.execute(
        "select table_name, regexp_extract(table_name, '^ref_(.+)_quota$', 1) from duckdb_tables()"
        " where database_name = 'warehouse' and schema_name = 'reference'"
        " and regexp_matches(table_name, '^ref_(.+)_quota$')"
    ).fetchall()
    for table, programme in seeds:
        connection.execute(
            f"""
            insert into quota
            with years as (
                select regency_code, quota, row_number() over (partition by regency_code order by year desc) as age,
                    max(year) over (partition by regency_code) as last
                from warehouse.reference.{table} where year <= year($as_of::date)
            ),
            by_region as (
                select regency_code, max(quota) filter (where age = 1) as now,
                    max(quota) filter (where age = 2 and last = year($as_of::date)) as before
                from years group by regency_code
                union all
                select '{PROVINCE}', sum(quota) filter (where age = 1),
                    sum(quota) filter (where age = 2 and last = year($as_of::date))
                from years
            )
            select $programme, b.regency_code, b.now, case when y.value <> b.now then y.value else b.before end
            from by_region b
            left join yesterday y on y.metric = 'quota' and y.subject = $programme and y.regency_code = b.regency_code
            """,
            {"as_of": load.as_of, "programme": programme},
        )
