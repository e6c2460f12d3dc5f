-- Grain: region_level, region_code. Counts of people of the poor households of a region, for maps. Every region has a
-- row, also one with no such household; regency 36 holds what cannot be placed below the province.
with household as (
    select
        household_id,
        persons,
        unnest({{ region_levels('regency_code', 'district_code') }}) as region
    from {{ ref('dim_household') }}
    where is_poor
),

placed as (
    select household_id, persons, region.level as region_level, region.code as region_code
    from household
    where region.code is not null
),

region as (
    select region_level, region_code from {{ ref('dim_region') }} where region_level <> 'village'
    union
    select region_level, region_code from placed
),

-- The newest measurement of each child that could be true.
measured as (
    select person_id, arg_max(is_stunted, measured_on) as is_stunted
    from {{ ref('fct_growth') }}
    where is_stunted is not null
    group by person_id
),

counted as (
    select region_level, region_code, count(*) as poor_households, sum(persons) as poor_persons
    from placed
    group by region_level, region_code
),

child as (
    select
        placed.region_level,
        placed.region_code,
        count(*) filter (need.is_school_age) as school_age,
        count(*) filter (need.is_school_age and need.is_pupil) as pupils,
        count(*) filter (need.is_toddler and measured.person_id is not null) as toddlers_measured,
        count(*) filter (need.is_toddler and measured.is_stunted) as toddlers_stunted
    from placed
    join {{ ref('int_person_need') }} need using (household_id)
    left join measured using (person_id)
    group by placed.region_level, placed.region_code
),

resident as (
    select region.level as region_level, region.code as region_code, count(*) as residents
    from (
        select unnest({{ region_levels('regency_code', 'district_code') }}) as region
        from {{ ref('stg_dukcapil__penduduk') }}
        where life_status = 'AKTIF'
    )
    where region.code is not null
    group by all
)

select
    region.region_level,
    region.region_code,
    coalesce(resident.residents, 0)::integer as residents,
    coalesce(counted.poor_households, 0)::integer as poor_households,
    coalesce(counted.poor_persons, 0)::integer as poor_persons,
    round(counted.poor_persons / nullif(resident.residents, 0), 4) as poor_share,
    coalesce(child.school_age, 0)::integer as school_age,
    coalesce(child.pupils, 0)::integer as pupils,
    round(child.pupils / nullif(child.school_age, 0), 4) as pupil_share,
    coalesce(child.toddlers_measured, 0)::integer as toddlers_measured,
    coalesce(child.toddlers_stunted, 0)::integer as toddlers_stunted,
    round(child.toddlers_stunted / nullif(child.toddlers_measured, 0), 4) as stunted_share
from region
left join counted using (region_level, region_code)
left join child using (region_level, region_code)
left join resident using (region_level, region_code)
