-- Grain: source, record_key. Enrolments in force, with the units that they pay. An award serves if it is active by its
-- programme's rule and its receiver has not died or moved away: an award to a dead member serves no one.
select
    enrolment.source,
    enrolment.record_key,
    enrolment.programme,
    enrolment.status,
    enrolment.award_year,
    enrolment.start_date,
    enrolment.start_year,
    enrolment.valid_from,
    record.household_id,
    case when receiver.household_id = record.household_id then receiver.family_id else record.family_id end
        as family_id,
    record.person_id,
    gone.life_status as receiver_gone,
    enrolment.status = 'active' and gone.person_id is null as serves
from {{ ref('int_enrolment') }} enrolment
join {{ ref('int_household_record') }} record using (source, record_key)
left join {{ ref('int_person_household') }} receiver on receiver.person_id = record.person_id
left join {{ ref('int_person_gone') }} gone on gone.person_id = record.person_id
where enrolment.is_current
