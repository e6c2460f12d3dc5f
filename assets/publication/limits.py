"""Sets the limits of the gate's metrics from the metric's family, yesterday's value and the quota.

The Great Expectations suite alone decides whether a value is within its limits (decision 0030).
"""

from __future__ import annotations

from dataclasses import asdict

import duckdb
import pyarrow as pa

from assets.publication.tables import GATE_METRICS
from validations.expectations.metrics import FAMILIES

_SCHEMA = pa.schema(
    {"position": pa.int64()}
    | dict.fromkeys(("name", "unit", "severity"), pa.string())
    | dict.fromkeys(("fall", "rise", "least", "floor", "ceiling"), pa.float64())
)

_LIMITS = """
with compared as (
    select
        f.*, f.name as metric, subject, regency_code,
        case when f.unit = 'count' then coalesce(t.value, 0) else t.value end as value,
        t.denominator, y.value as yesterday
    from today t full join yesterday y using (metric, subject, regency_code)
    join families f on f.name = metric
),
expected as (
    select
        c.*,
        -- If the quota changed, the expected number is yesterday's scaled by the change, up to the new quota.
        case
            when q.now > q.before and yesterday is not null
                then least(yesterday * q.now / q.before, greatest(yesterday, q.now))
            when q.now < q.before and yesterday > q.now then yesterday * q.now / q.before
        end as moved
    from compared c
    left join quota q on c.metric = 'enrolled_households'
        and lower(c.subject) = lower(q.programme) and c.regency_code = q.regency_code
),
ranged as (
    select
        *, least(yesterday, moved) as lower_base, greatest(yesterday, moved) as upper_base,
        case when unit = 'share' then least / nullif(denominator, 0) end as few
    from expected
    where value is not null
),
-- How far a value may move from yesterday's. `greatest` ignores nulls, so unlimited directions are tested first.
moving as (
    select
        *,
        case when fall is null then null when unit = 'count' then greatest(least, fall * lower_base)
            when unit = 'share' then greatest(fall, few) end as down,
        case when rise is null then null when unit = 'count' then greatest(least, rise * upper_base)
            when unit = 'share' then greatest(rise, few) end as up
    from ranged
),
bounded as (
    select
        *,
        greatest(
            lower_base - down,
            -- A few of a small number of rows are a large share, but not significant.
            case when floor is null or unit <> 'share' then floor else least(floor, 1 - few) end
        ) as low,
        least(
            case when unit <> 'count' or yesterday > 0 then upper_base + up end,
            case when unit = 'days' then ceiling * denominator
                when ceiling is null or unit <> 'share' then ceiling else greatest(ceiling, few) end
        ) as high
    from moving
),
-- Drop limits that no value can violate: nothing is below 0, and no share is above 1.
limited as (
    select
        *,
        case when low > 0 then low end as limit_low,
        case when unit <> 'share' or high < 1 then high end as limit_high
    from bounded
)
select
    $load as load_id, metric, nullif(subject, '') as subject, regency_code, value, denominator, yesterday,
    limit_low, limit_high,
    case
        when coalesce(fall, rise, floor, ceiling) is null then 'information'
        when coalesce(fall, rise) is not null and $first then 'first_night'
        when coalesce(fall, rise) is not null and (yesterday is null or (unit = 'count' and yesterday = 0)) then 'new'
        when coalesce(limit_low, limit_high) is null then 'few'
        when coalesce(fall, rise) is null then 'absolute'
        when moved is not null and moved <> yesterday then 'quota'
        else 'yesterday'
    end as rule,
    severity
from limited
order by position, subject, regency_code
"""


def bound(connection: duckdb.DuckDBPyConnection, load_id: str, first: bool) -> pa.Table:
    """Tonight's metrics with their limits: the columns of `quality.gate_metrics` except `passed`.

    Reads the tables `today` (metric, subject, regency_code, value, denominator), `yesterday` (the same without the
    denominator) and `quota` (programme, regency_code, now, before); `subject` is empty text where there is none. A
    count that exists only yesterday is 0 tonight; a share that exists only yesterday is left out. `first`: nothing was
    published before. A limit that no value can violate is null.
    """
    families = [{"position": n, **asdict(family)} for n, family in enumerate(FAMILIES)]
    connection.register("families", pa.Table.from_pylist(families, schema=_SCHEMA))
    rows = connection.sql(_LIMITS, params={"load": load_id, "first": first}).to_arrow_table()
    return rows.select([name for name in GATE_METRICS.names if name != "passed"])
