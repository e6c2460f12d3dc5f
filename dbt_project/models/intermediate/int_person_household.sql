-- Grain: person_id. The one household that a person of the frame is counted in: where the social registry lists it, else by the
-- register, else by any other record; newest first. lives_here: unless the register says that the person died or moved away.
select person_id, household_id, family_id, person_id not in (select person_id from {{ ref('int_person_gone') }}) as lives_here
from {{ ref('int_household_record') }} record
where person_id is not null and household_id in (select household_id from {{ ref('int_frame') }})
qualify row_number() over (
    partition by person_id
    order by (household_ref is not null) desc, in_frame, valid_from desc, source, record_key
) = 1
