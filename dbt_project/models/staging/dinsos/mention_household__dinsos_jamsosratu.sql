-- The household of a participant of Jamsosratu. Grain: record_key, valid_from.
{{ config(materialized='view') }}
select
    'dinsos_jamsosratu' as source,
    record_key,
    delivery_id,
    file_name,
    row_number,
    'self' as person_role,
    no_kk,
    address,
    village_code,
    district_code,
    regency_code,
    true as in_frame,
    valid_from,
    valid_to,
    known_from,
    carried_forward_since
from {{ ref('stg_dinsos__jamsosratu_versions') }}
