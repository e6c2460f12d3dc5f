-- The household of a job seeker. Grain: record_key, valid_from.
{{ config(materialized='view') }}
select
    'disnaker_pencaker' as source,
    record_key,
    delivery_id,
    file_name,
    row_number,
    'self' as person_role,
    village_code,
    district_code,
    regency_code,
    false as in_frame,
    valid_from,
    valid_to,
    known_from,
    carried_forward_since
from {{ ref('stg_disnaker__pencaker_versions') }}
