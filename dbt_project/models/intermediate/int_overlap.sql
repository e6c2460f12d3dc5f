-- Grain: household_id, programme_a, programme_b. Households that two programmes serve, with the rule in force for the
-- pair. It is a finding only if that rule is forbidden and names its legal basis.
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
    select household_id, programme, known_since, start_year
    from {{ ref('household_status_long') }}
    where status = 'active'
)

select
    a.household_id,
    a.programme as programme_a,
    b.programme as programme_b,
    a.known_since as known_since_a,
    b.known_since as known_since_b,
    a.start_year as start_year_a,
    b.start_year as start_year_b,
    coalesce(rule.status, 'to_be_confirmed') as compatibility,
    rule.valid_from as rule_valid_from,
    rule.valid_to as rule_valid_to,
    rule.legal_basis,
    coalesce(rule.status = 'forbidden' and rule.legal_basis is not null, false) as is_finding
from active a
join active b on b.household_id = a.household_id and a.programme < b.programme
left join rule on rule.programme_a = a.programme and rule.programme_b = b.programme
