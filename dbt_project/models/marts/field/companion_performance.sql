-- Grain: companion_id. What each companion looks after and does: families, visits, forms sent back, school children and toddlers of
-- the families.
with listed as (
    select
        progress.companion_id,
        mode(progress.regency_code) as regency_code,
        count(*) as families,
        count(*) filter (progress.is_visited) as families_visited,
        count(*) filter (progress.has_succeeded) as families_succeeded,
        sum(need.school_age) as school_age,
        sum(need.out_of_school) as out_of_school,
        sum(need.toddlers) as toddlers
    from {{ ref('jamsosratu_progress') }} progress
    left join {{ ref('int_household_need') }} need using (household_id)
    where progress.companion_id is not null
    group by progress.companion_id
),

form as (
    select
        visit.companion_id,
        mode(visit.regency_code) as regency_code,
        count(*) filter (visit.is_counted) as visits,
        count(*) filter (visit.review_state = 'REJECTED') as forms_rejected,
        count(*) filter (not visit.is_known_participant) as forms_of_nobody
    from {{ ref('fct_visit') }} visit
    cross join {{ source('inputs', 'load') }} load
    where visit.visited_on > load.as_of_date - interval 1 year
    group by visit.companion_id
)

select
    companion_id,
    coalesce(listed.regency_code, form.regency_code) as regency_code,
    coalesce(listed.families, 0)::integer as families,
    coalesce(listed.families_visited, 0)::integer as families_visited,
    round(listed.families_visited / nullif(listed.families, 0), 4) as visited_share,
    coalesce(listed.families_succeeded, 0)::integer as families_succeeded,
    coalesce(form.visits, 0)::integer as visits_last_year,
    coalesce(form.forms_rejected, 0)::integer as forms_rejected,
    coalesce(form.forms_of_nobody, 0)::integer as forms_of_nobody,
    coalesce(listed.school_age, 0)::integer as school_age_children,
    coalesce(listed.out_of_school, 0)::integer as children_out_of_school,
    coalesce(listed.toddlers, 0)::integer as toddlers
from listed
full join form using (companion_id)
