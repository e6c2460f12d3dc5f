-- Grain: household_id, programme_a, programme_b. The households that programme_overlap counts, with the rule and
-- contact data.
select
    overlap.household_id,
    overlap.programme_a,
    overlap.programme_b,
    overlap.start_year_a::smallint as start_year_a,
    overlap.start_year_b::smallint as start_year_b,
    overlap.known_since_a,
    overlap.known_since_b,
    greatest(overlap.known_since_a, overlap.known_since_b) as both_known_since,
    overlap.compatibility,
    overlap.rule_valid_from,
    overlap.rule_valid_to,
    overlap.legal_basis,
    overlap.is_finding,
    case
        when overlap.is_finding then 'dilarang: ' || overlap.legal_basis
        when overlap.compatibility = 'to_be_confirmed' then 'belum ada aturan yang dipastikan'
        when overlap.compatibility = 'required' then 'wajib bersama'
        when overlap.compatibility = 'allowed' then 'boleh bersama'
        else 'dilarang, dasar hukum belum disebut'
    end as reason,
    household.decile,
    household.is_poor,
    household.persons,
    {{ contact_columns('contact') }}
from {{ ref('int_overlap') }} overlap
join {{ ref('dim_household') }} household using (household_id)
join {{ ref('int_household_contact') }} contact using (household_id)
