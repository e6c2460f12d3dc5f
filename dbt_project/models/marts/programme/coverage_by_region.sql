-- Grain: region_level, region_code, programme. Poor households are the denominator of coverage_share; served ones are counted once,
-- however many of their families a programme pays, so that nothing can go below zero. Every region is told of, also one with none;
-- regency 36 holds what cannot be placed below the province.
with household as (
    select
        household_id,
        is_poor,
        unnest([
            {'level': 'province', 'code': '36'},
            {'level': 'regency', 'code': regency_code},
            {'level': 'district', 'code': district_code}
        ]) as region
    from {{ ref('dim_household') }}
),

placed as (
    select household_id, is_poor, region.level as region_level, region.code as region_code
    from household
    where region.code is not null
),

region as (
    select region_level, region_code from {{ ref('dim_region') }} where region_level <> 'village'
    union
    select region_level, region_code from placed
),

counted as (
    select region_level, region_code, count(*) as households, count(*) filter (is_poor) as poor_households
    from placed
    group by region_level, region_code
),

served as (
    select
        placed.region_level,
        placed.region_code,
        status.programme,
        count(*) as served_households,
        count(*) filter (placed.is_poor) as served_poor_households
    from placed
    join {{ ref('household_status_long') }} status using (household_id)
    where status.status = 'active'
    group by placed.region_level, placed.region_code, status.programme
)

select
    region.region_level,
    region.region_code,
    programme.code as programme,
    coalesce(households, 0)::integer as households,
    coalesce(poor_households, 0)::integer as poor_households,
    coalesce(served_households, 0)::integer as served_households,
    coalesce(served_poor_households, 0)::integer as served_poor_households,
    (coalesce(poor_households, 0) - coalesce(served_poor_households, 0))::integer as unserved_poor_households,
    round(coalesce(served_poor_households, 0) / nullif(poor_households, 0), 4) as coverage_share
from region
cross join {{ ref('ref_programme') }} programme
left join counted using (region_level, region_code)
left join served
    on served.region_level = region.region_level
    and served.region_code = region.region_code
    and served.programme = programme.code
