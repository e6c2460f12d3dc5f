-- Grain: region_code.
{{ config(tags=['progress']) }}
select '{{ var("province") }}' as region_code, 'province' as region_level, 'BANTEN' as region_name,
    cast(null as varchar) as parent_code,
    cast(null as varchar) as regency_code
union all
select regency_code, 'regency', regency_name, '{{ var("province") }}', regency_code from {{ ref('ref_regency') }}
union all
select district_code, 'district', district_name, regency_code, regency_code from {{ ref('ref_district') }}
union all
select village_code, 'village', village_name, district_code, left(village_code, 4) from {{ ref('ref_village') }}
