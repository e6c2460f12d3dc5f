-- A member of a DTKS household. Grain: record_key, valid_from.
{{ config(materialized='view') }}
select
    'dinsos_dtks_anggota' as source,
    record_key,
    'self' as role,
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
    no_kk,
    relation,
    dtks_id as household_ref,
    village_code,
    district_code,
    regency_code,
    false as is_register,
    valid_from,
    valid_to,
    known_from,
    carried_forward_since
from {{ ref('stg_dinsos__dtks_anggota_placed_versions') }}
