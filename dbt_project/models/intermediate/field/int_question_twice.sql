-- Grain: kind, subject. Several forms of one visit: of one companion (same_visit_twice), or of two (visit_by_two). A
-- number that is on no list names no family, so that two forms with it need not be of one.
{{ config(tags=['progress']) }}
with form as (
    select * from {{ ref('int_form') }} where participant_state <> 'unknown'
),

twice as (
    select
        'same_visit_twice' as kind,
        concat_ws('|', companion_id, participant_no, visited_on) as subject,
        companion_id,
        cast(null as varchar) as other_companion_ids,
        participant_no,
        visited_on,
        any_value(village_code) as village_code,
        any_value(regency_code) as regency_code,
        list(submission_id order by submitted_at, submission_id) as forms,
        bool_or(is_recent) as is_recent
    from form
    group by companion_id, participant_no, visited_on
    having count(*) > 1
),

-- Asked of the companion whom the list names, else of the one whose form came first.
by_two as (
    select
        'visit_by_two' as kind,
        concat_ws('|', participant_no, visited_on) as subject,
        first(companion_id order by companion_id is distinct from listed_companion_id, submitted_at, submission_id)
            as companion_id,
        string_agg(distinct companion_id, ', ' order by companion_id) as other_companion_ids,
        participant_no,
        visited_on,
        any_value(village_code) as village_code,
        any_value(regency_code) as regency_code,
        list(submission_id order by submitted_at, submission_id) as forms,
        bool_or(is_recent) as is_recent
    from form
    group by participant_no, visited_on
    having count(distinct companion_id) > 1
)

select
    kind,
    subject,
    companion_id,
    other_companion_ids,
    participant_no,
    village_code,
    regency_code,
    visited_on as asked_about,
    forms[-1] as submission_id,
    array_to_string(forms, ' ') as submission_ids,
    len(forms)::integer as forms
from (select * from twice union all by name select * from by_two) found
where is_recent
