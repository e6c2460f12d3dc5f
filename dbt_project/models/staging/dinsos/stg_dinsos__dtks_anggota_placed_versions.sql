-- Grain: one row per version of a household member's entry in DTKS (record_key, valid_from), with the place and family
-- card that the household had when the version ended; for a current version, its present ones.
{{ config(materialized='view') }}
with household as (
    select
        version.dtks_id,
        version.no_kk,
        version.village_code,
        version.district_code,
        version.regency_code,
        version.valid_from,
        -- A household that is kept with its last state is in force.
        coalesce(case when kept.record_key is null then version.valid_to end, date '9999-12-31') as valid_to
    from {{ ref('stg_dinsos__dtks_rumah_tangga_versions') }} version
    left join {{ ref('stg_dinsos__dtks_rumah_tangga_kept') }} kept using (record_key, valid_from)
)

select
    member.*,
    household.no_kk,
    household.village_code,
    household.district_code,
    coalesce(household.regency_code, nullif(member.coverage_regency, '{{ var("province") }}')) as regency_code
from {{ ref('stg_dinsos__dtks_anggota_versions') }} member
left join household
    on household.dtks_id = member.dtks_id
    and household.valid_from < coalesce(member.valid_to, date '9999-12-31')
    and household.valid_to >= coalesce(member.valid_to, date '9999-12-31')
