-- Grain: submission_id. Forms of visits that questions may be about: not rejected, since the office has settled those.
-- is_recent: handed in, or changed, so recently that its companion remembers it.
{{ config(tags=['progress']) }}
with {{ moment_of_the_last_form() }},

-- The list's word on the day of the visit.
listed as (
    select participant_no, companion_id as listed_companion_id, since, until
    from {{ ref('int_participant') }}
    where programme = 'JAMSOSRATU'
)

select
    visit.submission_id,
    visit.companion_id,
    visit.participant_no,
    visit.participant_state,
    listed.listed_companion_id,
    visit.regency_code,
    left(visit.village_code, 6) as district_code,
    visit.village_code,
    visit.visited_on,
    visit.started_at,
    visit.finished_at,
    visit.submitted_at,
    {{ local_day('visit.submitted_at') }} as submitted_on,
    {{ local_day('visit.finished_at') }} as finished_on,
    coalesce(visit.edits, 0) > visit.edits_when_approved as is_edited_since_approval,
    visit.edits - visit.edits_when_approved as edits_since_approval,
    visit.longitude,
    visit.latitude,
    greatest(coalesce(visit.accuracy_m, 0), 0) as accuracy_m,
    visit.is_counted,
    [
        visit.monthly_income::varchar, visit.children_of_school_age::varchar, visit.children_in_school::varchar,
        visit.goes_to_posyandu::varchar, visit.has_business::varchar, visit.house_condition
    ] as answers,
    greatest(visit.submitted_at, coalesce(visit.updated_at, visit.submitted_at))::date
    > moment.day - {{ var('questions_of_days') }} as is_recent
from {{ ref('fct_visit') }} visit
cross join moment
left join listed
    on listed.participant_no = visit.participant_no and listed.since <= visit.visited_on
    and listed.until > visit.visited_on
where visit.review_state is distinct from 'REJECTED'
