-- Grain: source, record_key, role.
select source, record_key, role, delivery_id, file_name, row_number, person_id, link_rule, match_probability
from {{ ref('int_person_record') }}
