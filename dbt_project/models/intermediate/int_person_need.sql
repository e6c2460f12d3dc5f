-- Grain: person_id. Needs of a living person of the frame, by records. Ages are full years on the load's day, and every
-- age up to 18 and from 60 on is in exactly one class: six-year-olds are pupils if they go to school, else small
-- children.
with living as (
    select
        person.person_id,
        person.household_id,
        person.family_id,
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
    select distinct person_id from {{ ref('fct_school') }} where status = 'AKTIF'
),

covered as (
    select person_id, bool_or(not is_subsidised) as by_another_segment
    from {{ ref('fct_health_cover') }}
    where status = 'AKTIF'
    group by person_id
),

-- The newest measurement of each child.
measured as (
    select person_id, arg_max(is_stunted, measured_on) as is_stunted from {{ ref('fct_growth') }} group by person_id
)

select
    living.person_id,
    living.household_id,
    living.family_id,
    living.age::smallint as age,
    coalesce(living.age < 6 or living.age = 6 and pupil.person_id is null, false) as is_toddler,
    coalesce(living.age between 7 and 18 or living.age = 6 and pupil.person_id is not null, false) as is_school_age,
    coalesce(living.age >= 60, false) as is_elderly,
    disabled.person_id is not null as is_disabled,
    pupil.person_id is not null as is_pupil,
    covered.person_id is not null as is_covered,
    coalesce(covered.by_another_segment, false) as is_covered_by_another_segment,
    coalesce(measured.is_stunted, false) as is_stunted
from living
left join disabled using (person_id)
left join pupil using (person_id)
left join covered using (person_id)
left join measured using (person_id)
