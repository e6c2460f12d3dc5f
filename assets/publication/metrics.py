"""The gate's metrics of one load: tonight's values, yesterday's, and the limits that follow from both, in SQL.

Yesterday's values are those that the load published now stated itself (`quality.gate_metrics` in its warehouse), so
that a change of the marts' columns does not break the comparison, and nothing is counted twice. Only what became of
each household (`unexplained`) is asked of its marts, by ids.
"""

from __future__ import annotations

import duckdb
import pyarrow as pa

from assets.home import literal
from assets.load import Load
from assets.publication import unexplained
from assets.publication.limits import bound
from assets.publication.scratch import scratch
from assets.seal import pointed_at

_REGION = """
    case when grouping(regency_code) = 1 then '36' when regency_code is null or regency_code = '36' then '00'
    else regency_code end
"""

# metric, subject, regency_code, value, denominator; region 00 holds what could not be placed below the province.
TODAY = {
    "households": f"""
        select null, {_REGION}, count(*), null
        from household group by grouping sets ((regency_code))
    """,
    "households_total": "select null, '36', count(*), null from household",
    "poor_households": f"""
        select null, {_REGION}, count(*) filter (where is_poor), null
        from household group by grouping sets ((regency_code), ())
    """,
    "persons": f"""
        select null, {_REGION}, count(*), null
        from warehouse.marts.dim_person group by grouping sets ((regency_code), ())
    """,
    "enrolled_households": f"""
        select programme, {_REGION}, count(distinct household_id), null
        from enrolled group by grouping sets ((programme, regency_code), (programme))
    """,
    "quota": "select programme, regency_code, now, null from quota",
    "coverage_share": f"""
        select null, {_REGION}, count(*) filter (where served) / count(*), count(*)
        from household where is_poor group by grouping sets ((regency_code), ()) having count(*) > 0
    """,
    "empty_poor_share": f"""
        select null, {_REGION}, count(*) filter (where not has_living_member) / count(*), count(*)
        from household where is_poor group by grouping sets ((regency_code), ()) having count(*) > 0
    """,
    "unexplained_households": f"""
        select subject, {_REGION}, count(*) filter (where changed) / count(*), count(*)
        from (
            select 'members' as subject, regency_code, members_changed as changed from compared
            union all select 'region', regency_code, region_changed from compared)
        group by grouping sets ((subject, regency_code), (subject))
    """,
    "source_rows": """
        select source, '36', count(r.source), null
        from heard semi join mentioning using (source)
        left join warehouse.marts.household_records r using (source) group by source
    """,
    "quarantine_share": """
        select source, '36', sum(rows_quarantined) / sum(rows_read), sum(rows_read)
        from newest group by source having sum(rows_read) > 0
    """,
    "nik_usable_share": """
        select source, '36', count(*) filter (where nik_state = 'valid') / count(*), count(*)
        from person_mention group by source
    """,
    "carried_forward_share": """
        select source, '36', count(carried_forward_since) / count(*), count(*)
        from household_mention group by source
    """,
    "linked_share": """
        select source, '36', count(*) filter (where shared) / count(*), count(*)
        from warehouse.marts.person_records
        join (
            select person_id, min(source) <> max(source) as shared
            from warehouse.marts.person_records group by person_id
        ) using (person_id)
        group by source
    """,
    "paid_after_death": """
        select programme, '36', count(*) filter (where paid_after_death), null from arrived group by programme
    """,
    "paid_after_exit": """
        select programme, '36', count(*) filter (where paid_after_exit), null from arrived group by programme
    """,
    "active_records_of_the_gone": """
        select programme, '36', sum(records_of_the_gone), null
        from warehouse.marts.household_status_long group by programme
    """,
    "freshness_days": """
        select source, '36', date_diff('day', last_delivery_date, $as_of), expected_every_days from heard
    """,
    "silent_sources": "select null, '36', count(*) filter (where last_delivery_date is null), null from sources",
}

_VIEWS = """
create temp view enrolled as
select distinct l.programme, l.household_id, s.regency_code
from warehouse.marts.household_status_long l join warehouse.marts.household_status s using (household_id)
where l.status = 'active';

create temp view household as
select s.household_id, s.regency_code, s.is_poor, s.has_living_member, e.household_id is not null as served
from warehouse.marts.household_status s
left join (select distinct household_id from enrolled) e using (household_id);

create temp view arrived as from warehouse.marts.fct_disbursement where amount_received > 0;

create temp view heard as from sources where last_delivery_date is not null;
"""


def measure(load: Load) -> pa.Table:
    """The metrics of a load with their limits: the columns of `quality.gate_metrics` but `passed`, which is for the
    suite to say.

    Reads the built warehouse, the mentions, the inputs and the ledger of the load, and the load published now.

    Raises:
        duckdb.Error: a table that a metric is counted from is not there.
    """
    with scratch(load) as connection:
        _register(connection, load)
        first = _yesterday(connection, load)
        _quotas(connection, load)
        connection.execute(
            "create temp table today (metric varchar, subject varchar, regency_code varchar, value double,"
            " denominator double)"
        )
        for metric, sql in TODAY.items():
            parameters = {"as_of": load.as_of} if "$as_of" in sql else {}
            named = f"with m(subject, regency_code, value, denominator) as ({sql})"
            connection.execute(
                f"insert into today {named} select '{metric}', coalesce(subject, ''), regency_code, value, denominator"
                " from m",
                parameters,
            )
        return bound(connection, load.load_id, first)


def _register(connection: duckdb.DuckDBPyConnection, load: Load) -> None:
    with load.ledger() as ledger:
        newest = ledger.rows(
            "select source, rows_read, rows_quarantined from ("
            " select *, max(delivery_date) over (partition by source) as last from deliveries"
            " where status = 'accepted' and delivery_date <= ?) where delivery_date = last",
            load.as_of.isoformat(),
        )
    schema = pa.schema({"source": pa.string(), "rows_read": pa.int64(), "rows_quarantined": pa.int64()})
    connection.register("newest", pa.Table.from_pylist(newest, schema=schema))
    sources = load.folder.inputs / "sources.parquet"
    connection.execute(f"create temp view sources as from read_parquet({literal(sources)})")
    connection.execute(_VIEWS)


def _yesterday(connection: duckdb.DuckDBPyConnection, load: Load) -> bool:
    """Make tables `yesterday` and `compared` from the load published now. Returns whether there is none: the first
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
    """Make table `quota`: programme, regency_code, `now` and `before`, from every seed `ref_<programme>_quota`.

    `before` is the quota that the published load knew, if that was another one, else that of the year before. The
    quota of an earlier year stays in force where this year's is not known yet.
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
                select '36', sum(quota) filter (where age = 1),
                    sum(quota) filter (where age = 2 and last = year($as_of::date))
                from years
            )
            select $programme, b.regency_code, b.now, case when y.value <> b.now then y.value else b.before end
            from by_region b
            left join yesterday y on y.metric = 'quota' and y.subject = $programme and y.regency_code = b.regency_code
            """,
            {"as_of": load.as_of, "programme": programme},
        )
