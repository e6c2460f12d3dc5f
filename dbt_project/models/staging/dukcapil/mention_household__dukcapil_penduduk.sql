-- The family card of a resident, and its head. Grain: record_key.
{{ config(materialized='view') }}
select
    'dukcapil_penduduk' as source,
    record_key,
    delivery_id,
    file_name,
    row_number,
    'self' as person_role,
    no_kk,
    case when relation = 'KEPALA KELUARGA' then name end as head_name,
    address,
    rt,
    rw,
    village_code,
    district_code,
    regency_code,
    false as in_frame,
    valid_from,
    known_from,
    carried_forward_since
from {{ ref('stg_dukcapil__penduduk') }}
