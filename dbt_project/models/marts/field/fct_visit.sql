-- Grain: submission_id. Companions' visits with the household visited. is_counted: once per companion, participant and
-- day, and not if the form was rejected.
{{ config(tags=['progress']) }}
with ranked as (
    select
        *,
        row_number() over (
            partition by companion_id, participant_no, visited_on
            order by review_state is not distinct from 'REJECTED', submitted_at, submission_id
        ) as nth_of_day
    from {{ ref('stg_dinsos__kunjungan') }}
)

select
    visit.submission_id,
    visit.companion_id,
    visit.participant_no,
    {{ participant_state('participant', 'withheld') }} as participant_state,
    participant.participant_no is not null or withheld.participant_no is not null as is_known_participant,
    participant.household_id,
    participant.family_id,
    participant.regency_code,
    participant.village_code,
    visit.visited_on,
    visit.started_at,
    visit.finished_at,
    visit.submitted_at,
    visit.updated_at,
    visit.review_state,
    visit.edits,
    visit.edits_when_approved,
    visit.nth_of_day = 1 and (visit.review_state is distinct from 'REJECTED') as is_counted,
    visit.visited_on >= participation.begun_on
    and (participation.in_force or visit.visited_on <= participation.left_on) as in_force_on_visit,
    visit.longitude,
    visit.latitude,
    visit.accuracy_m,
    visit.monthly_income,
    visit.children_of_school_age,
    visit.children_in_school,
    visit.children_in_school > visit.children_of_school_age as more_in_school_than_children,
    visit.goes_to_posyandu,
    visit.has_business,
    visit.house_condition,
    visit.valid_from,
    visit.known_from,
    visit.delivery_id,
    visit.file_name,
    visit.row_number
from ranked visit
left join {{ ref('int_participant') }} participant
    on participant.programme = 'JAMSOSRATU' and participant.participant_no = visit.participant_no
    and participant.since <= visit.visited_on and participant.until > visit.visited_on
left join {{ ref('int_participation') }} participation
    on participation.programme = 'JAMSOSRATU' and participation.participant_no = visit.participant_no
left join {{ ref('int_participant_withheld') }} withheld
    on withheld.programme = 'JAMSOSRATU' and withheld.participant_no = visit.participant_no
