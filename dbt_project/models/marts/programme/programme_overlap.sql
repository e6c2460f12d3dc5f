-- Grain: region_level, region_code, programme_a, programme_b. Households in which both programmes are active. It is a finding only
-- where the rule in force says forbidden and names its legal basis.
with rule as (
    select
        least(programme_a, programme_b) as programme_a,
        greatest(programme_a, programme_b) as programme_b,
        status,
        valid_from,
        valid_to,
        legal_basis
    from {{ ref('ref_programme_compatibility') }}
    cross join {{ source('inputs', 'load') }}
    where valid_from <= as_of_date and (valid_to is null or valid_to > as_of_date)
),

active as (
    select household_id, programme
    from {{ ref('household_status_long') }}
    where status = 'active'
),

both_active as (
    select
        household.household_id,
        household.is_poor,
        a.programme as programme_a,
        b.programme as programme_b,
        unnest([{'level': 'province', 'code': '36'}, {'level': 'regency', 'code': household.regency_code}]) as region
    from active a
    join active b on b.household_id = a.household_id and a.programme < b.programme
    join {{ ref('dim_household') }} household on household.household_id = a.household_id
),

counted as (
    select
        region.level as region_level,
        region.code as region_code,
        programme_a,
        programme_b,
        count(*)::integer as households,
        (count(*) filter (is_poor))::integer as poor_households
    from both_active
    group by all
)

select
    counted.*,
    coalesce(rule.status, 'to_be_confirmed') as compatibility,
    rule.valid_from as rule_valid_from,
    rule.valid_to as rule_valid_to,
    rule.legal_basis,
    coalesce(rule.status = 'forbidden' and rule.legal_basis is not null, false) as is_finding
from counted
left join rule using (programme_a, programme_b)
