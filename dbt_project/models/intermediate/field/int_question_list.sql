-- Grain: kind, subject. Forms and families that the programme's list contradicts: a visit to a family that is not the
-- companion's (not_of_companion), and a family that nobody visits (never_visited).
-- A change of companion reaches lists and phones late: who was, or became, the family's companion is not asked, nor who
-- was until shortly before the visit. A number that is on no list is asked; one that a quarantined row names is not.
{{ config(tags=['progress']) }}
with companion as (
    select participant_no, companion_id, max(until) as until
    from {{ ref('int_participant') }}
    where programme = 'JAMSOSRATU' and companion_id is not null
    group by participant_no, companion_id
),

foreign_family as (
    select
        'not_of_companion' as kind,
        form.submission_id as subject,
        if(form.participant_state = 'unknown', 'not_listed', 'other_companion') as cause,
        form.submission_id,
        form.companion_id,
        form.listed_companion_id as other_companion_ids,
        form.participant_no,
        form.village_code,
        form.regency_code,
        form.visited_on as asked_about
    from {{ ref('int_form') }} form
    left join companion
        on companion.participant_no = form.participant_no and companion.companion_id = form.companion_id
        and companion.until > form.visited_on - {{ var('companion_change_days') }}
    where form.is_recent and companion.participant_no is null
        and (form.participant_state = 'unknown' or form.listed_companion_id is not null)
),

-- Nobody can be missed before forms are handed in at all.
field as (
    select min({{ local_day('submitted_at') }}) as begun_on from {{ ref('fct_visit') }}
),

unvisited as (
    select
        'never_visited' as kind,
        family.participant_no as subject,
        family.companion_id,
        family.participant_no,
        family.village_code,
        family.regency_code,
        greatest(family.listed_since, field.begun_on) as asked_about,
        (family.last_form_on - greatest(family.listed_since, field.begun_on))::integer as days
    from {{ ref('family_due') }} family
    cross join field
    where family.last_visited_on is null
        and family.last_form_on - greatest(family.listed_since, field.begun_on) >= {{ var('visit_every_days') }}
)

from foreign_family union all by name from unvisited
