-- Every child of school age of a poor household is in Dapodik, has finished upper secondary school, or is listed;
-- pupils without PIP are those that coverage_by_region counts in need and not served.
{{ config(tags=['post_identity']) }}
with finished as (
    select person_id
    from {{ ref('fct_school') }}
    where status = 'LULUS' and school_level in ('SMA', 'SMK')
),

not_in_school as (
    select household.regency_code, count(*) as rows
    from {{ ref('dim_household') }} household
    join {{ ref('int_person_need') }} need using (household_id)
    where household.is_poor and need.is_school_age
    group by household.regency_code
    union all
    select household.regency_code, -count(*)
    from {{ ref('dim_household') }} household
    join {{ ref('int_person_need') }} need using (household_id)
    where household.is_poor and need.is_school_age and (need.is_pupil or need.person_id in (from finished))
    group by household.regency_code
),

without_pip as (
    {{ unserved_in_need('PIP') }}
)

{{ adds_up('dindik_not_in_school', 'not_in_school') }}
union all
{{ adds_up('dindik_pupils_without_pip', 'without_pip') }}
