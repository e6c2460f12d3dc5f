-- Grain: region_level, region_code. How far the visits of Jamsosratu's companions have come, as of the last form that
-- was handed in: a family is no later because the load is. Families in force count; regency 36 holds the ones that
-- cannot be placed below the province.
with {{ families_by_the_last_form() }},

family as (
    select days, unnest({{ region_levels('regency_code', 'district_code') }}) as region
    from in_force
),

counted as (
    select
        region.level as region_level,
        region.code as region_code,
        {{ families_by_visit('days') }}
    from family
    where region.code is not null
    group by region.level, region.code
)

select
    region.region_level,
    region.region_code,
    moment.submitted_at as last_submitted_at,
    coalesce(counted.families, 0) as families,
    coalesce(counted.visited_families, 0) as visited_families,
    coalesce(counted.due_families, 0) as due_families,
    coalesce(counted.overdue_families, 0) as overdue_families,
    coalesce(counted.never_families, 0) as never_families,
    round(counted.visited_families / nullif(counted.families, 0), 4) as visited_share
from (
    select region_level, region_code from {{ ref('dim_region') }} where region_level <> 'village'
    union
    select region_level, region_code from counted
) region
cross join moment
left join counted using (region_level, region_code)
