-- Grain: metric, subject, regency_code. Reach of each programme, and its payments to people who died or moved away.
with enrolled as (
    select long.programme, long.household_id, {{ placed('status.regency_code') }} as placed
    from {{ ref('household_status_long') }} long
    join {{ ref('household_status') }} status using (household_id)
    where long.status = 'active'
),

arrived as (
    select
        programme,
        count(*) filter (where paid_after_death) as after_death,
        count(*) filter (where paid_after_exit) as after_exit
    from {{ ref('fct_disbursement') }}
    where amount_received > 0
    group by programme
),

metrics as (
    select
        'enrolled_households' as metric,
        programme,
        {{ region_of_group('placed') }} as regency_code,
        count(distinct household_id) as value
    from enrolled
    group by grouping sets ((programme, placed), (programme))
    union all
    select 'paid_after_death', programme, '{{ var("province") }}', after_death from arrived
    union all
    select 'paid_after_exit', programme, '{{ var("province") }}', after_exit from arrived
    union all
    select 'active_records_of_the_gone', programme, '{{ var("province") }}', sum(records_of_the_gone)
    from {{ ref('household_status_long') }}
    group by programme
)

select metric, programme as subject, regency_code, value::double as value, null::double as denominator
from metrics
