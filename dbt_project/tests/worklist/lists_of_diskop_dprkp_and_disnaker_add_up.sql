-- Owners of enterprises of working age, and unfit houses, are those that coverage_by_region counts in need and not
-- served; job seekers are those of fct_job_seeker in poor households.
{{ config(tags=['post_identity']) }}
with owners as (
    {{ unserved_in_need('UMKM') }}
    union all
    select unserved.regency_code, -count(*)
    from {{ ref('unserved') }} unserved
    join {{ ref('int_person_need') }} need on need.person_id = unserved.person_id
    where
        unserved.programme = 'UMKM'
        and (need.age is null or need.age < {{ var('working_age_min') }} or need.age > {{ var('working_age_max') }})
    group by unserved.regency_code
),

houses as (
    {{ unserved_in_need('RTLH') }}
),

seekers as (
    select household.regency_code, count(distinct person.person_id) as rows
    from {{ ref('fct_job_seeker') }} seeker
    join {{ ref('int_person_household') }} person using (person_id)
    join {{ ref('dim_household') }} household on household.household_id = person.household_id
    where seeker.status = 'MENCARI KERJA' and household.is_poor and person.lives_here
    group by household.regency_code
)

{{ adds_up('diskop_enterprises_without_aid', 'owners') }}
union all
{{ adds_up('dprkp_unfit_houses', 'houses') }}
union all
{{ adds_up('disnaker_job_seekers', 'seekers') }}
