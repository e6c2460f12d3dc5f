-- Grain: companion_id, district_code. What each companion has to visit in each kecamatan, how far it has come, and how
-- many questions are open there. Families whose list names no companion stand under the companion null.
{{ config(tags=['progress']) }}
with counted as (
    select
        companion_id,
        regency_code,
        district_code,
        count(*) as families,
        count(*) filter (state in ('visited', 'due')) as done,
        count(*) filter (state = 'due') as due,
        count(*) filter (state = 'overdue') as overdue,
        count(*) filter (state = 'never') as never_visited,
        count(*) filter (state = 'new') as new_families
    from {{ ref('family_due') }}
    group by companion_id, regency_code, district_code
),

asked as (
    select companion_id, regency_code, district_code, count(*) as questions
    from {{ ref('field_questions') }}
    group by companion_id, regency_code, district_code
),

placed as (
    select
        coalesce(counted.companion_id, asked.companion_id) as companion_id,
        coalesce(counted.regency_code, asked.regency_code) as regency_code,
        coalesce(counted.district_code, asked.district_code) as district_code,
        counted.* exclude (companion_id, regency_code, district_code),
        asked.questions
    from counted
    full join asked
        on asked.companion_id is not distinct from counted.companion_id
        and asked.regency_code is not distinct from counted.regency_code
        and asked.district_code is not distinct from counted.district_code
)

select
    placed.companion_id,
    placed.regency_code,
    regency.region_name as regency_name,
    placed.district_code,
    district.region_name as district_name,
    coalesce(placed.families, 0)::integer as families,
    coalesce(placed.done, 0)::integer as done,
    coalesce(placed.due, 0)::integer as due,
    coalesce(placed.overdue, 0)::integer as overdue,
    coalesce(placed.never_visited, 0)::integer as never_visited,
    coalesce(placed.new_families, 0)::integer as new_families,
    coalesce(placed.questions, 0)::integer as questions
from placed
left join {{ ref('dim_region') }} regency on regency.region_code = placed.regency_code
left join {{ ref('dim_region') }} district on district.region_code = placed.district_code
