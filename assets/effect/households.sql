-- Grain: household_id. Households that DTKS ranks and in which a child lives, and every household on Jamsosratu's list.
-- treated: on that list at some time, whatever became of it (graduated and left families count: to leave them out would
-- compare only the families for which it went as planned). start_year: of the first enrolment. comparable: DTKS ranks
-- it, its kabupaten/kota is known, and a child lives in it.
with enrolled as (
    select household_id, min(start_year) as start_year
    from marts.fct_enrolment
    where programme = 'JAMSOSRATU' and household_id is not null
    group by household_id
),

also_paid as (
    select distinct household_id from marts.fct_enrolment where programme = 'PKH' and household_id is not null
),

member as (
    select
        bridge.household_id,
        person.person_id,
        person.sex,
        year(load.as_of_date) - person.birth_year as age
    from marts.bridge_household_person bridge
    join marts.dim_person person using (person_id)
    cross join reference.load
    where bridge.valid_to is null and person.life_status is distinct from 'MENINGGAL'
        and person.life_status is distinct from 'PINDAH'
),

pupil as (
    select distinct person_id from marts.fct_school where status = 'AKTIF' and person_id is not null
),

covered as (
    select distinct person_id from marts.fct_health_cover where status = 'AKTIF' and person_id is not null
),

-- The newest measurement of each child that could be true.
measured as (
    select household_id, person_id, arg_max(is_stunted, measured_on) as is_stunted
    from marts.fct_growth
    where is_stunted is not null and household_id is not null and person_id is not null
    group by household_id, person_id
),

stunted as (
    select household_id, avg(is_stunted::integer) as stunted from measured group by household_id
),

lived as (
    select
        household_id,
        count(*) as size,
        count(*) filter (age between 7 and 18) as school_age,
        count(*) filter (age < 7) as small_children,
        count(*) filter (age >= 60) as elders,
        avg((pupil.person_id is not null)::integer) filter (age between 7 and 18) as in_school,
        avg((covered.person_id is not null)::integer) as insured,
        avg((sex = 'P')::integer) filter (age between 7 and 18) as girls
    from member
    left join pupil using (person_id)
    left join covered using (person_id)
    group by household_id
)

select
    household.household_id,
    household.regency_code,
    household.decile,
    enrolled.household_id is not null as treated,
    enrolled.start_year,
    also_paid.household_id is not null as pkh,
    household.decile is not null and household.regency_code is not null
    and coalesce(lived.school_age + lived.small_children, 0) > 0 as comparable,
    lived.size,
    lived.school_age,
    lived.small_children,
    lived.elders,
    lived.in_school,
    lived.insured,
    stunted.stunted,
    lived.girls
from marts.dim_household household
left join lived using (household_id)
left join enrolled using (household_id)
left join also_paid using (household_id)
left join stunted using (household_id)
where comparable or treated
order by household_id
