-- Grain: region_level, region_code, programme. Poor households are the denominator of coverage_share; served ones are counted once,
-- however many of their families a programme pays, so that nothing can go below zero.
with programme as (
    select code as programme from {{ ref('ref_programme') }}
),

household as (
    select
        *,
        unnest([
            {'region_level': 'province', 'region_code': '36'},
            {'region_level': 'regency', 'region_code': regency_code},
            {'region_level': 'district', 'region_code': district_code}
        ]) as region
    from {{ ref('dim_household') }}
),

counted as (
    select
        household.region.region_level as region_level,
        household.region.region_code as region_code,
        programme.programme,
        count(*) as households,
        count(*) filter (household.is_poor) as poor_households,
        count(*) filter (status.status = 'active') as served_households,
        count(*) filter (status.status = 'active' and household.is_poor) as served_poor_households
    from household
    cross join programme
    left join {{ ref('household_status_long') }} status
        on status.household_id = household.household_id and status.programme = programme.programme
    where household.region.region_code is not null
    group by all
)

select
    region_level,
    region_code,
    programme,
    households::integer as households,
    poor_households::integer as poor_households,
    served_households::integer as served_households,
    served_poor_households::integer as served_poor_households,
    (poor_households - served_poor_households)::integer as unserved_poor_households,
    round(served_poor_households / nullif(poor_households, 0), 4) as coverage_share
from counted
