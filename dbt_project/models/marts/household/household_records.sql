-- Grain: source, record_key.
select source, record_key, person_role as role, delivery_id, file_name, row_number, household_id, family_id, link_rule,
    match_probability
from {{ ref('int_household_record') }}
