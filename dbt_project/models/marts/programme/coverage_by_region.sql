-- Grain: region_level, region_code, programme. A programme is measured in its own unit: numerator and denominator count
-- those that it pays (persons, families, households), each once, so that no difference is negative; also counts their
-- households. Every region has a row, also one without any; regency 36 has what has no place below the province.
with household as (
    select
        household_id,
        is_poor,
        unnest({{ region_levels('regency_code', 'district_code') }}) as region
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
),

population as (
    select placed.region_level, placed.region_code, unit.unit, count(*) as units,
        count(*) filter (placed.is_poor) as poor_units
    from placed
    join {{ ref('int_unit') }} unit using (household_id)
    group by placed.region_level, placed.region_code, unit.unit
),

served_unit as (
    select
        placed.region_level,
        placed.region_code,
        standing.programme,
        count(*) as served_units,
        count(*) filter (placed.is_poor) as served_poor_units
    from placed
    join {{ ref('int_unit_standing') }} standing using (household_id)
    where standing.is_served
    group by placed.region_level, placed.region_code, standing.programme
),

needing as (
    select
        placed.region_level,
        placed.region_code,
        need.programme,
        count(*) as in_need,
        count(*) filter (standing.is_served) as served_in_need
    from {{ ref('int_unit_need') }} need
    join placed on placed.household_id = need.household_id
    left join {{ ref('int_unit_standing') }} standing
        on standing.programme = need.programme and standing.unit_id = need.unit_id
    where placed.is_poor
    group by placed.region_level, placed.region_code, need.programme
)

select
    region.region_level,
    region.region_code,
    programme.code as programme,
    programme.unit,
    coalesce(population.units, 0)::integer as units,
    coalesce(population.poor_units, 0)::integer as poor_units,
    coalesce(served_unit.served_units, 0)::integer as served_units,
    coalesce(served_unit.served_poor_units, 0)::integer as served_poor_units,
    round(coalesce(served_unit.served_poor_units, 0) / nullif(population.poor_units, 0), 4) as coverage_share,
    coalesce(needing.in_need, 0)::integer as in_need,
    coalesce(needing.served_in_need, 0)::integer as served_in_need,
    (coalesce(needing.in_need, 0) - coalesce(needing.served_in_need, 0))::integer as unserved_in_need,
    round(needing.served_in_need / nullif(needing.in_need, 0), 4) as need_coverage_share,
    coalesce(counted.households, 0)::integer as households,
    coalesce(counted.poor_households, 0)::integer as poor_households,
    coalesce(served.served_households, 0)::integer as served_households,
    coalesce(served.served_poor_households, 0)::integer as served_poor_households,
    (coalesce(counted.poor_households, 0) - coalesce(served.served_poor_households, 0))::integer
        as unserved_poor_households
from region
cross join {{ ref('ref_programme') }} programme
left join counted using (region_level, region_code)
left join population
    on population.region_level = region.region_level
    and population.region_code = region.region_code
    and population.unit = programme.unit
left join served
    on served.region_level = region.region_level
    and served.region_code = region.region_code
    and served.programme = programme.code
left join served_unit
    on served_unit.region_level = region.region_level
    and served_unit.region_code = region.region_code
    and served_unit.programme = programme.code
left join needing
    on needing.region_level = region.region_level
    and needing.region_code = region.region_code
    and needing.programme = programme.code
