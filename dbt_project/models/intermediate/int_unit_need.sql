-- Grain: programme, unit_id. Units that each programme is for, as far as records show, whether served or not;
-- ref_programme states the grounds. need: number of people (each once, also one who is old and disabled), houses, or
-- enterprises with the need.
with component as (
    select
        family_id,
        count(*) as need,
        count(*) filter (is_toddler) as toddlers,
        count(*) filter (is_school_age) as school_age,
        count(*) filter (is_elderly) as elderly,
        count(*) filter (is_disabled) as disabled
    from {{ ref('int_person_need') }}
    where family_id is not null and (is_toddler or is_school_age or is_elderly or is_disabled)
    group by family_id
),

on_pkh as (
    select unit_id from {{ ref('int_unit_standing') }} where programme = 'PKH' and is_served
),

house as (
    select household_id, count(*) as need
    from {{ ref('dim_house') }}
    where not is_fit and aid_status <> 'SELESAI'
    group by household_id
),

enterprise as (
    select owner_person_id, count(*) as need
    from {{ ref('dim_enterprise') }}
    where aid is null or aid_status = 'active'
    group by owner_person_id
),

needing as (
    select 'PKH' as programme, family_id as unit_id, need, toddlers, school_age, elderly, disabled from component
    union all by name
    -- No rule exists for the two together: a family on PKH does not count as in need of Jamsosratu.
    select 'JAMSOSRATU' as programme, family_id as unit_id, need, toddlers, school_age, elderly, disabled
    from component
    where family_id not in (select unit_id from on_pkh)
    union all by name
    select 'PIP' as programme, person_id as unit_id, 1 as need from {{ ref('int_person_need') }} where is_pupil
    union all by name
    select 'PBI_JKN' as programme, person_id as unit_id, 1 as need
    from {{ ref('int_person_need') }}
    where not is_covered_by_another_segment
    union all by name
    select 'RTLH' as programme, household_id as unit_id, need from house
    union all by name
    select 'UMKM' as programme, owner_person_id as unit_id, need from enterprise
)

select
    needing.programme,
    unit.unit,
    needing.unit_id,
    unit.household_id,
    unit.family_id,
    unit.person_id,
    needing.need::integer as need,
    needing.toddlers::integer as toddlers,
    needing.school_age::integer as school_age,
    needing.elderly::integer as elderly,
    needing.disabled::integer as disabled
from needing
join {{ ref('ref_programme') }} rule on rule.code = needing.programme
join {{ ref('int_unit') }} unit on unit.unit = rule.unit and unit.unit_id = needing.unit_id
