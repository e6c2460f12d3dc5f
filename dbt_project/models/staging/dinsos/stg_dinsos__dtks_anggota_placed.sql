-- Grain: one row per member of a household in DTKS, with the place and family card of the household.
{{ config(materialized='view') }}
select
    member.*,
    household.no_kk,
    household.village_code,
    household.district_code,
    coalesce(household.regency_code, nullif(member.coverage_regency, '36')) as regency_code
from {{ ref('stg_dinsos__dtks_anggota') }} member
left join {{ ref('stg_dinsos__dtks_rumah_tangga_kept') }} household using (dtks_id)
