-- Grain: metric, subject, regency_code. Households and persons of the frame, by kabupaten/kota and for the province.
with served as (
    select distinct household_id from {{ ref('household_status_long') }} where status = 'active'
),

households as (
    select
        {{ placed('status.regency_code') }} as placed,
        status.is_poor,
        status.has_living_member,
        served.household_id is not null as is_served
    from {{ ref('household_status') }} status
    left join served using (household_id)
),

households_by_region as (
    select
        {{ region_of_group('placed') }} as regency_code,
        count(*) as households,
        count(*) filter (where is_poor) as poor,
        count(*) filter (where is_poor and is_served) as poor_served,
        count(*) filter (where is_poor and not has_living_member) as poor_empty
    from households
    group by grouping sets ((placed), ())
),

persons_by_region as (
    select {{ region_of_group('placed') }} as regency_code, count(*) as persons
    from (select {{ placed('regency_code') }} as placed from {{ ref('dim_person') }})
    group by grouping sets ((placed), ())
),

metrics as (
    select
        case when regency_code = '{{ var("province") }}' then 'households_total' else 'households' end as metric,
        regency_code,
        households as value,
        null as denominator
    from households_by_region
    union all
    select 'poor_households', regency_code, poor, null from households_by_region
    union all
    select 'persons', regency_code, persons, null from persons_by_region
    union all
    select 'coverage_share', regency_code, poor_served / poor, poor from households_by_region where poor > 0
    union all
    select 'empty_poor_share', regency_code, poor_empty / poor, poor from households_by_region where poor > 0
)

select metric, '' as subject, regency_code, value::double as value, denominator::double as denominator
from metrics
