-- A family in PKH. Grain: record_key, valid_from.
{{ config(materialized='view') }}
select
    'dinsos_pkh' as source,
    record_key,
    delivery_id,
    file_name,
    row_number,
    'manager' as person_role,
    no_kk,
    village_code,
    district_code,
    regency_code,
    true as in_frame,
    valid_from,
    valid_to,
    known_from,
    carried_forward_since
from {{ ref('stg_dinsos__pkh_versions') }}
