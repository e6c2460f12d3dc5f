-- Grain: region_level, region_code, programme_a, programme_b. Households in which both programmes are active. It is a finding only
-- where the rule in force says forbidden and names its legal basis.
with today as (
    select as_of_date from {{ source('inputs', 'load') }}
),

rule as (
    select
        least(programme_a, programme_b) as programme_a,
        greatest(programme_a, programme_b) as programme_b,
        status,
        legal_basis
    from {{ ref('ref_programme_compatibility') }}
    cross join today
    where valid_from <= as_of_date and (valid_to is null or valid_to > as_of_date)
),

both_active as (
    select household_id, a.programme as programme_a, b.programme as programme_b
    from {{ ref('household_status_long') }} a
    join {{ ref('household_status_long') }} b using (household_id)
    where a.programme < b.programme and a.status = 'active' and b.status = 'active'
),

placed as (
    select
        both_active.*,
        household.is_poor,
        unnest([
            {'region_level': 'province', 'region_code': '36'},
            {'region_level': 'regency', 'region_code': household.regency_code}
        ]) as region
    from both_active
    join {{ ref('dim_household') }} household using (household_id)
)

select
    placed.region.region_level as region_level,
    placed.region.region_code as region_code,
    programme_a,
    programme_b,
    count(*)::integer as households,
    (count(*) filter (placed.is_poor))::integer as poor_households,
    coalesce(any_value(rule.status), 'to_be_confirmed') as compatibility,
    any_value(rule.legal_basis) as legal_basis,
    coalesce(any_value(rule.status) = 'forbidden' and any_value(rule.legal_basis) is not null, false) as is_finding
from placed
left join rule using (programme_a, programme_b)
group by placed.region.region_level, placed.region.region_code, programme_a, programme_b
