-- Grain: source, record_key, valid_from. Every version of every enrolment; is_current marks those in force. Each
-- version is linked by its own values, so that one who leaves a list keeps the past; the ids are current ones (decision
-- 0023).
select
    programme.source,
    programme.record_key,
    programme.programme,
    programme.participant_no,
    case when past.source is null then record.household_id else past.household_id end as household_id,
    case when past.source is null then record.family_id else past.family_id end as family_id,
    case when past.source is null then record.person_id else past.person_id end as person_id,
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
left join {{ ref('int_household_record') }} record
    on record.source = programme.source and record.record_key = programme.record_key
left join {{ ref('int_past_record') }} past
    on past.source = programme.source and past.record_key = programme.record_key
        and past.valid_from = programme.valid_from
