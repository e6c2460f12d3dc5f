"""Compares pairs of numbers that must be equal, each counted in two places, so that no row is lost or doubled.

The files themselves are counted again; the ledger is one side of the equation, never both. dbt counts the laws of
records and marts (`models/quality`); all laws are judged here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import pyarrow as pa

from assets.load import Load
from assets.publication.scratch import scratch
from assets.publication.tables import RECONCILIATION
from validations.engine import FILE_OF_TABLE
from validations.sql import literal

_STATED = ("rows_read", "rows_accepted", "rows_quarantined", "rows_duplicate")

_FILES = """
    select * from delivery_files
    where status = 'accepted' and delivery_id in (select delivery_id from load_deliveries where load_id = ?)
"""

_COUNTS = {
    "accepted_rows": ("accepted/*.parquet", "count(*)"),
    "deletion_rows": ("deletions.parquet", "count(*)"),
    "quarantined_rows": ("quarantine.parquet", "count(distinct (file_name, row_number))"),
    "duplicate_rows": ("duplicates.parquet", "count(*)"),
}

_STATEMENTS = {
    "accepted_row": "accepted/*.parquet",
    "quarantined_key": "quarantined_keys.parquet",
    "deletion": "deletions.parquet",
}

_DELIVERY_OF_PATH = "regexp_extract(filename, '.*/deliveries/[^/]+/([^/]+)/', 1)"

_RECOUNT = """
create temp table recount as
select
    f.*, coalesce(a.rows, 0) + coalesce(e.rows, 0) as accepted,
    coalesce(q.rows, 0) as quarantined, coalesce(d.rows, 0) as duplicate
from files f
left join accepted_rows a using (delivery_id, file_name)
left join deletion_rows e using (delivery_id, file_name)
left join quarantined_rows q using (delivery_id, file_name)
left join duplicate_rows d using (delivery_id, file_name)
"""

FILE_LAWS = """
select 'file_conservation' as name, delivery_id || '/' || file_name as subject,
    rows_read as l, accepted + quarantined + duplicate as r from recount
union all
select 'file_rows_accepted', delivery_id || '/' || file_name, rows_accepted, accepted from recount
union all
select 'file_rows_quarantined', delivery_id || '/' || file_name, rows_quarantined, quarantined from recount
union all
select 'file_rows_duplicate', delivery_id || '/' || file_name, rows_duplicate, duplicate from recount
union all
select 'delivery_conservation', d.delivery_id, d.rows_read, coalesce(sum(accepted + quarantined + duplicate), 0)
from deliveries d left join recount using (delivery_id) group by all
"""

# Records in force according to the accepted files: every record of a delta, and the records of the newest snapshot of
# their region. Records of a delta that were quarantined or deleted later are left out: staging decides how long they
# are carried forward, and whether they came again.
_STATED_RECORDS = """
create temp table stated_record as
with current as (
    select c.source, c.regency_code, arg_max(c.delivery_id, d.delivery_order) as delivery_id
    from coverage c join delivery d using (delivery_id) where d.kind = 'snapshot' group by all
)
select distinct d.source, a.record_key
from accepted_row a
join delivery d using (delivery_id)
left join current s
    on s.source = d.source and s.regency_code = a.coverage_regency and s.delivery_id = a.delivery_id
where s.delivery_id is not null
or (d.kind = 'delta' and (d.source, a.record_key) not in (
    select d.source, q.record_key from quarantined_key q join delivery d using (delivery_id)
    where q.record_key is not null
    union all
    select d.source, e.record_key from deletion e join delivery d using (delivery_id)
))
"""

STAGING_LAWS = """
select 'accepted_records_staged' as name, s.source as subject, count(*) as l, count(m.record_key) as r
from stated_record s
semi join staging.mentions.household_source using (source)
left join (select distinct source, record_key from staging.mentions.household_mention) m using (source, record_key)
group by s.source
union all
select 'mentions_of_accepted_rows', m.source, count(*), count(a.record_key)
from staging.mentions.household_mention m
left join (select distinct delivery_id, record_key from accepted_row) a using (delivery_id, record_key)
group by m.source
"""

DBT_LAWS = """
select law as name, subject, left_value as l, right_value as r from staging.gate.laws_of_records
union all
select law, subject, left_value, right_value from staging.gate.laws_of_marts
"""
"""Laws of records and marts, counted by dbt (`models/quality`)."""


def reconcile(load: Load) -> pa.Table:
    """Evaluate all laws for one load. Returns the columns of `quality.reconciliation`.

    Reads the Parquet files of the deliveries that it was built from (counts only), its mentions and links, and its
    warehouse. DuckDB limits the memory.

    Raises:
        duckdb.Error: a table or file that the laws count is missing.
    """
    with scratch(load) as connection:
        _count_files(connection, load)
        _state_records(connection, load)
        laws = " union all ".join(f"({law})" for law in (FILE_LAWS, STAGING_LAWS, DBT_LAWS))
        rows = connection.sql(
            "select $load as load_id, name, subject, l::bigint as left_value, r::bigint as right_value,"
            f" coalesce(l = r, false) as passed from ({laws}) order by name, subject",
            params={"load": load.load_id},
        ).to_arrow_table()
    return rows.select(RECONCILIATION.names)


def _count_files(connection: duckdb.DuckDBPyConnection, load: Load) -> None:
    """Make the temporary table `recount`: one row per applied file, with the counts of the ledger and of its files."""
    with load.ledger() as ledger:
        built_from = ledger.load_deliveries(load.load_id)
        files = ledger.rows(_FILES, load.load_id)
    connection.register("files", _stated(files, ("delivery_id", "file_name")))
    connection.register("deliveries", _stated(built_from, ("delivery_id",)))
    folders = [load.home.delivery(row["source"], row["delivery_id"]) for row in built_from]
    for table, (pattern, rows) in _COUNTS.items():
        paths = [str(path) for folder in folders for path in folder.glob(pattern)]
        connection.execute(f"create temp table {table} (delivery_id varchar, file_name varchar, rows bigint)")
        if paths:
            connection.execute(
                f"insert into {table} select {_DELIVERY_OF_PATH}, {FILE_OF_TABLE}, {rows} from"
                " read_parquet($paths, union_by_name = true, filename = true, hive_partitioning = false) group by all",
                {"paths": paths},
            )
    connection.execute(_RECOUNT)


def _state_records(connection: duckdb.DuckDBPyConnection, load: Load) -> None:
    """Make the temporary table `stated_record` (source, record_key), and the view `accepted_row` of accepted rows."""
    for table, name in (("delivery", "deliveries"), ("coverage", "coverage")):
        path = literal(load.folder.inputs / f"{name}.parquet")
        connection.execute(f"create temp view {table} as from read_parquet({path})")
    with load.ledger() as ledger:
        built_from = ledger.load_deliveries(load.load_id)
    folders = [load.home.delivery(row["source"], row["delivery_id"]) for row in built_from]
    for table, pattern in _STATEMENTS.items():
        paths = [literal(path) for folder in folders for path in folder.glob(pattern)]
        rows = (
            f"select {_DELIVERY_OF_PATH} as delivery_id, record_key, coverage_regency from read_parquet("
            f"[{', '.join(paths)}], union_by_name = true, filename = true, hive_partitioning = false)"
        )
        nothing = "select null::varchar as delivery_id, null::varchar as record_key, null::varchar as coverage_regency"
        connection.execute(f"create temp view {table} as {rows if paths else f'{nothing} where false'}")
    connection.execute(_STATED_RECORDS)


def _stated(rows: Sequence[Mapping[str, Any]], texts: tuple[str, ...]) -> pa.Table:
    schema = pa.schema([(name, pa.string()) for name in texts] + [(name, pa.int64()) for name in _STATED])
    return pa.Table.from_pylist(rows, schema=schema)
