-- Grain: metric, subject, regency_code. What each source states, how well it links, and when it last delivered.
with persons as (
    select
        source,
        count(*) filter (where nik_state = 'valid') as usable,
        count(*) as records
    from {{ ref('person_mention') }}
    group by source
),

carried as (
    select source, count(carried_forward_since) as carried, count(*) as records
    from {{ ref('household_mention') }}
    group by source
),

known as (
    select person_id, min(source) <> max(source) as is_shared
    from {{ ref('person_records') }}
    group by person_id
),

linked as (
    select source, count(*) filter (where known.is_shared) as shared, count(*) as records
    from {{ ref('person_records') }}
    join known using (person_id)
    group by source
),

delivered as (
    select source, last_delivery_date, expected_every_days
    from {{ source('inputs', 'sources') }}
    where last_delivery_date is not null
),

-- Payments, visits and statistics are of no household by themselves.
in_force as (
    select delivered.source, count(records.source) as records
    from delivered
    semi join {{ ref('household_source') }} using (source)
    left join {{ ref('household_records') }} records using (source)
    group by delivered.source
),

metrics as (
    select 'source_rows' as metric, source, records as value, null as denominator from in_force
    union all
    select 'nik_usable_share', source, usable / records, records from persons
    union all
    select 'carried_forward_share', source, carried / records, records from carried
    union all
    select 'linked_share', source, shared / records, records from linked
    union all
    select
        'freshness_days', source, date_diff('day', last_delivery_date, load.as_of_date), expected_every_days
    from delivered
    cross join {{ source('inputs', 'load') }} load
    union all
    select 'silent_sources', '', count(*) filter (where last_delivery_date is null), null
    from {{ source('inputs', 'sources') }}
)

select metric, source as subject, '{{ var("province") }}' as regency_code, value::double as value,
    denominator::double as denominator
from metrics
