-- A child, and the parent where one is stated by a NIK. Grain: record_key, role, valid_from.
{{ config(materialized='view') }}
select
    'dinkes_gizi' as source,
    record_key,
    'child' as role,
    delivery_id,
    file_name,
    row_number,
    name,
    sex,
    birth_date,
    birth_year,
    birth_precision,
    birth_heap,
    nik,
    nik_state,
    parent_name as mother_name,
    village_code,
    district_code,
    regency_code,
    false as is_register,
    valid_from,
    valid_to,
    known_from,
    carried_forward_since
from {{ ref('stg_dinkes__gizi_versions') }}
union all by name
select
    'dinkes_gizi' as source,
    record_key,
    'parent' as role,
    delivery_id,
    file_name,
    row_number,
    parent_name as name,
    parent_nik as nik,
    parent_nik_state as nik_state,
    village_code,
    district_code,
    regency_code,
    false as is_register,
    valid_from,
    valid_to,
    known_from,
    carried_forward_since
from {{ ref('stg_dinkes__gizi_versions') }}
where parent_nik_state <> 'missing'
