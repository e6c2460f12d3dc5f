-- The household of a person insured in JKN. Grain: record_key, valid_from.
{{ config(materialized='view') }}
select
    'dinkes_jkn' as source,
    record_key,
    delivery_id,
    file_name,
    row_number,
    'self' as person_role,
    village_code,
    district_code,
    regency_code,
    is_subsidised as in_frame,
    valid_from,
    valid_to,
    known_from,
    carried_forward_since
from {{ ref('stg_dinkes__jkn_versions') }}
