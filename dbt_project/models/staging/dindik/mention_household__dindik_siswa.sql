-- The household of a pupil. Grain: record_key, valid_from.
{{ config(materialized='view') }}
select
    'dindik_siswa' as source,
    record_key,
    delivery_id,
    file_name,
    row_number,
    'self' as person_role,
    district_code,
    regency_code,
    coalesce(receives_pip, false) as in_frame,
    valid_from,
    valid_to,
    known_from,
    carried_forward_since
from {{ ref('stg_dindik__siswa_versions') }}
