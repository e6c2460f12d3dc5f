-- Grain: source, record_key, valid_from. Every version of every enrolment; is_current marks those in force. Joined to persons and
-- households as they are understood now, so that a merge of two ids does not rewrite what the agency said.
select
    programme.source,
    programme.record_key,
    programme.programme,
    programme.participant_no,
    record.household_id,
    record.family_id,
    record.person_id,
    programme.status,
    programme.status_original,
    programme.components,
    programme.award_year,
    programme.award_ends_on,
    programme.stage_year,
    programme.stage_number,
    programme.start_date,
    programme.start_year,
    programme.end_date,
    programme.end_reason,
    programme.companion_id,
    programme.village_code,
    programme.regency_code,
    programme.valid_from,
    programme.valid_to,
    programme.known_from,
    programme.is_current,
    programme.carried_forward_since,
    programme.delivery_id,
    programme.file_name,
    programme.row_number
from {{ ref('int_enrolment') }} programme
left join {{ ref('int_household_record') }} record using (source, record_key)
