-- Grain: district_code, companion_id. The families of visit_progress in each kecamatan, by companion. Families whose
-- list names no companion stand under the companion null, so that a kecamatan's rows add up to it.
with {{ visits_by_the_last_form() }},

family as (
    select
        left(progress.village_code, 6) as district_code,
        progress.companion_id,
        date_diff('day', visited.last_visited_on, moment.day) as days
    from {{ ref('jamsosratu_progress') }} progress
    cross join moment
    left join visited using (participant_no)
    where progress.status = 'active' and progress.village_code is not null
)

select
    district_code,
    companion_id,
    {{ families_by_visit('days') }}
from family
group by district_code, companion_id
