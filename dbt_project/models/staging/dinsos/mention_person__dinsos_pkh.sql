-- The manager of a family's PKH. Grain: record_key, valid_from.
{{ config(materialized='view') }}
select
    'dinsos_pkh' as source,
    record_key,
    'manager' as role,
    delivery_id,
    file_name,
    row_number,
    name,
    birth_date,
    birth_year,
    birth_precision,
    birth_heap,
    nik,
    nik_state,
    no_kk,
    village_code,
    district_code,
    regency_code,
    false as is_register,
    valid_from,
    valid_to,
    known_from,
    carried_forward_since
from {{ ref('stg_dinsos__pkh_versions') }}
