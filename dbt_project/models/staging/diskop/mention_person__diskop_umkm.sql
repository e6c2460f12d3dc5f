-- The owner of an enterprise. Grain: record_key, valid_from.
{{ config(materialized='view') }}
select
    'diskop_umkm' as source,
    record_key,
    'owner' as role,
    delivery_id,
    file_name,
    row_number,
    name,
    nik,
    nik_state,
    village_code,
    district_code,
    regency_code,
    false as is_register,
    valid_from,
    valid_to,
    known_from,
    carried_forward_since
from {{ ref('stg_diskop__umkm_versions') }}
