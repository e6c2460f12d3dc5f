-- Grain: household_id. What the records of a household of the frame say that it needs: children, the old, the disabled, pupils
-- without PIP, people without health insurance, unfit houses and enterprises without aid. Ages are full years on the load's day.
with living as (
    select
        person.person_id,
        person.household_id,
        case
            when person.birth_date is not null then date_sub('year', person.birth_date, load.as_of_date)
            else year(load.as_of_date) - person.birth_year
        end as age
    from {{ ref('dim_person') }} person
    join {{ ref('int_person_household') }} placed using (person_id)
    cross join {{ source('inputs', 'load') }} load
    where placed.lives_here
),

disabled as (
    select distinct link.person_id
    from {{ ref('stg_dinsos__dtks_anggota') }} member
    join {{ source('identity', 'person_links') }} link
        on link.source = 'dinsos_dtks_anggota' and link.record_key = member.record_key
    where member.disability not in ('TIDAK', 'TIDAK DIKETAHUI')
),

pupil as (
    select person_id, bool_or(receives_pip) as receives_pip from {{ ref('fct_school') }} where status = 'AKTIF' group by person_id
),

covered as (
    select distinct person_id from {{ ref('fct_health_cover') }} where status = 'AKTIF'
),

-- The newest measurement of each child.
measured as (
    select person_id, arg_max(is_stunted, measured_on) as is_stunted from {{ ref('fct_growth') }} group by person_id
),

house as (
    select household_id, count(*) as unfit from {{ ref('dim_house') }} where not is_fit and aid_status = 'BELUM' group by household_id
),

enterprise as (
    select household_id, count(*) as without_aid from {{ ref('dim_enterprise') }} where aid is null group by household_id
)

select
    living.household_id,
    (count(*) filter (age < 6))::integer as toddlers,
    (count(*) filter (age between 7 and 18))::integer as school_age,
    (count(*) filter (age between 7 and 18 and pupil.person_id is null))::integer as out_of_school,
    (count(*) filter (age >= 60))::integer as elderly,
    count(disabled.person_id)::integer as disabled,
    (count(*) filter (pupil.person_id is not null and not coalesce(pupil.receives_pip, false)))::integer as pupils_without_pip,
    (count(*) filter (covered.person_id is null))::integer as persons_without_cover,
    (count(*) filter (measured.is_stunted))::integer as stunted,
    coalesce(any_value(house.unfit), 0)::integer as unfit_houses,
    coalesce(any_value(enterprise.without_aid), 0)::integer as enterprises_without_aid
from living
left join disabled using (person_id)
left join pupil using (person_id)
left join covered using (person_id)
left join measured using (person_id)
left join house on house.household_id = living.household_id
left join enterprise on enterprise.household_id = living.household_id
group by living.household_id
