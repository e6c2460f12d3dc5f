-- Grain: source, record_key, valid_from. Past records and versions, which person_records and household_records no
-- longer have, with their person and household.
select source, record_key, person_role as role, valid_from, valid_to, delivery_id, file_name, row_number, household_id,
    family_id,
    person_id, link_rule
from {{ ref('int_past_record') }}
