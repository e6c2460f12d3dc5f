-- The DTKS household of a member. Grain: record_key, valid_from.
{{ config(materialized='view') }}
select
    'dinsos_dtks_anggota' as source,
    record_key,
    delivery_id,
    file_name,
    row_number,
    'self' as person_role,
    dtks_id as household_ref,
    village_code,
    district_code,
    regency_code,
    true as in_frame,
    valid_from,
    valid_to,
    known_from,
    carried_forward_since
from {{ ref('stg_dinsos__dtks_anggota_placed_versions') }}
