-- The occupant of a house. Grain: record_key, valid_from.
{{ config(materialized='view') }}
select
    'dprkp_rtlh' as source,
    record_key,
    'self' as role,
    delivery_id,
    file_name,
    row_number,
    name,
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
from {{ ref('stg_dprkp__rtlh_versions') }}
