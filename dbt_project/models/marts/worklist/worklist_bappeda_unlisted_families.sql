-- Grain: district_code. Families (cards) of the civil register with a resident, by kecamatan, and the number of them
-- that no social list names: neither DTKS nor a programme of Dinas Sosial. Counts only.
with resident as (
    select record.family_id, record.district_code
    from {{ ref('int_household_record') }} record
    join {{ ref('stg_dukcapil__penduduk') }} entry using (record_key)
    where record.source = 'dukcapil_penduduk' and entry.life_status = 'AKTIF' and record.family_id is not null
),

family as (
    select family_id, min(district_code) as district_code, count(*) as persons from resident group by family_id
),

on_social_list as (
    select distinct link.family_id
    from {{ source('identity', 'family_links') }} link
    join {{ ref('dim_household') }} household using (household_id)
    left join {{ ref('household_status_long') }} status on status.household_id = household.household_id
    left join {{ ref('ref_programme') }} programme on programme.code = status.programme
    where household.in_dtks or programme.agency = 'Dinas Sosial'
),

counted as (
    select
        family.district_code,
        count(*) as families,
        count(*) filter (on_social_list.family_id is null) as unlisted_families,
        sum(family.persons) filter (on_social_list.family_id is null) as unlisted_persons
    from family
    left join on_social_list using (family_id)
    group by family.district_code
)

select
    district.region_code as district_code,
    district.region_name as district_name,
    district.regency_code,
    regency.region_name as regency_name,
    coalesce(counted.families, 0)::integer as families,
    coalesce(counted.unlisted_families, 0)::integer as unlisted_families,
    coalesce(counted.unlisted_persons, 0)::integer as unlisted_persons,
    round(counted.unlisted_families / counted.families, 4) as unlisted_share
from {{ ref('dim_region') }} district
left join {{ ref('dim_region') }} regency on regency.region_code = district.regency_code
left join counted on counted.district_code = district.region_code
where district.region_level = 'district'
