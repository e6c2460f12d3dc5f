-- Grain: household_id. Who is counted: households that the social registry lists or a programme or poverty source
-- names.
select household_id, min(valid_from) as in_frame_since
from {{ ref('int_household_record') }}
where in_frame
group by household_id
