-- Grain: seeker_no. Job seekers and people in training who live in the frame's households.
select
    seeker.seeker_no,
    record.person_id,
    record.household_id,
    record.family_id,
    seeker.education,
    seeker.status,
    seeker.registered_on,
    seeker.village_code,
    seeker.regency_code,
    seeker.valid_from,
    seeker.known_from,
    seeker.carried_forward_since,
    seeker.delivery_id,
    seeker.file_name,
    seeker.row_number
from {{ ref('stg_disnaker__pencaker') }} seeker
join {{ ref('int_household_record') }} record
    on record.source = 'disnaker_pencaker' and record.record_key = seeker.record_key
join {{ ref('int_frame') }} using (household_id)
