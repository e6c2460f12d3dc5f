-- Grain: household_id. The households that are counted: listed by the social registry, or named by a programme or
-- poverty source.
select household_id, min(valid_from) as in_frame_since
from {{ ref('int_household_record') }}
where in_frame
group by household_id
