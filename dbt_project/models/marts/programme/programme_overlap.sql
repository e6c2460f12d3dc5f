-- Grain: region_level, region_code, programme_a, programme_b. Households in which both programmes are active, counted;
-- programme_overlap_households names them.
with placed as (
    select
        overlap.*,
        household.is_poor,
        unnest({{ region_levels('household.regency_code') }}) as region
    from {{ ref('int_overlap') }} overlap
    join {{ ref('dim_household') }} household using (household_id)
)

select
    placed.region.level as region_level,
    placed.region.code as region_code,
    any_value(region.region_name) as region_name,
    placed.programme_a,
    placed.programme_b,
    count(*)::integer as households,
    (count(*) filter (placed.is_poor))::integer as poor_households,
    any_value(placed.compatibility) as compatibility,
    any_value(placed.rule_valid_from) as rule_valid_from,
    any_value(placed.rule_valid_to) as rule_valid_to,
    any_value(placed.legal_basis) as legal_basis,
    bool_or(placed.is_finding) as is_finding
from placed
left join {{ ref('dim_region') }} region on region.region_code = placed.region.code
group by placed.region.level, placed.region.code, placed.programme_a, placed.programme_b
