-- Grain: companion_id. Families, visits and returned forms of each companion, and school children and toddlers of the
-- families. Families count while they are in force; graduated families need no visits.
with listed as (
    select
        companion_id,
        mode(regency_code) as regency_code,
        count(*) filter (status = 'active') as families,
        count(*) filter (status = 'active' and is_visited) as families_visited,
        count(*) filter (has_succeeded) as families_succeeded
    from {{ ref('jamsosratu_progress') }}
    where companion_id is not null
    group by companion_id
),

-- Each person once, also if two numbers of the list are one family.
child as (
    select
        family.companion_id,
        count(*) filter (need.is_school_age) as school_age,
        count(*) filter (need.is_school_age and not need.is_pupil) as not_in_dapodik,
        count(*) filter (need.is_toddler) as toddlers
    from (
        select distinct companion_id, family_id from {{ ref('jamsosratu_progress') }} where status = 'active'
    ) family
    join {{ ref('int_person_need') }} need using (family_id)
    group by family.companion_id
),

form as (
    select
        visit.companion_id,
        mode(visit.regency_code) as regency_code,
        count(*) filter (visit.is_counted) as visits,
        count(*) filter (visit.review_state = 'REJECTED') as forms_rejected,
        count(*) filter (visit.participant_state = 'unknown') as forms_of_nobody,
        count(*) filter (visit.more_in_school_than_children) as forms_with_more_in_school
    from {{ ref('fct_visit') }} visit
    cross join {{ source('inputs', 'load') }} load
    where visit.visited_on > load.as_of_date - interval 1 year
    group by visit.companion_id
),

companion as (
    select * exclude (listed.regency_code, form.regency_code),
        coalesce(listed.regency_code, form.regency_code) as regency_code
    from listed
    full join form using (companion_id)
)

select
    companion.companion_id,
    companion.regency_code,
    coalesce(companion.families, 0)::integer as families,
    coalesce(companion.families_visited, 0)::integer as families_visited,
    round(companion.families_visited / nullif(companion.families, 0), 4) as visited_share,
    coalesce(companion.families_succeeded, 0)::integer as families_succeeded,
    coalesce(companion.visits, 0)::integer as visits_last_year,
    coalesce(companion.forms_rejected, 0)::integer as forms_rejected,
    coalesce(companion.forms_of_nobody, 0)::integer as forms_of_nobody,
    coalesce(companion.forms_with_more_in_school, 0)::integer as forms_with_more_in_school,
    coalesce(child.school_age, 0)::integer as school_age_children,
    coalesce(child.not_in_dapodik, 0)::integer as children_not_in_dapodik,
    coverage.dapodik_share,
    coalesce(child.toddlers, 0)::integer as toddlers
from companion
left join child using (companion_id)
left join {{ ref('int_school_coverage') }} coverage using (regency_code)
