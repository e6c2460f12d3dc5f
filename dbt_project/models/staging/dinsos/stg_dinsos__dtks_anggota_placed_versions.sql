-- Grain: one row per version of a household member's entry in DTKS (record_key, valid_from), with the place and family card that the
-- household had when the version ended; of a version in force, those that it has now.
{{ config(materialized='view') }}
select
    member.*,
    household.no_kk,
    household.village_code,
    household.district_code,
    coalesce(household.regency_code, nullif(member.coverage_regency, '36')) as regency_code
from {{ ref('stg_dinsos__dtks_anggota_versions') }} member
left join {{ ref('stg_dinsos__dtks_rumah_tangga_versions') }} household
    on household.dtks_id = member.dtks_id
    and household.valid_from < coalesce(member.valid_to, date '9999-12-31')
    and coalesce(household.valid_to, date '9999-12-31') >= coalesce(member.valid_to, date '9999-12-31')
