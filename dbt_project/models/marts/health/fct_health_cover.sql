-- Grain: card_no. Members of the health insurance in the frame's households.
select
    member.card_no,
    record.person_id,
    record.household_id,
    record.family_id,
    member.segment,
    member.is_subsidised,
    member.health_centre,
    member.status,
    member.village_code,
    member.regency_code,
    member.valid_from,
    member.known_from,
    member.carried_forward_since,
    member.delivery_id,
    member.file_name,
    member.row_number
from {{ ref('stg_dinkes__jkn') }} member
join {{ ref('int_household_record') }} record on record.source = 'dinkes_jkn' and record.record_key = member.record_key
join {{ ref('int_frame') }} using (household_id)
