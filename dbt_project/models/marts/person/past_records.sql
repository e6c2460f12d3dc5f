-- Grain: source, record_key, valid_from. What person_records and household_records no longer have, and whose it was.
select source, record_key, person_role as role, valid_from, valid_to, delivery_id, file_name, row_number, household_id,
    family_id,
    person_id, link_rule
from {{ ref('int_past_record') }}
