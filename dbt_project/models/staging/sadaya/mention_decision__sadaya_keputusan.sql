-- A clerk's decision on a pair of records. Grain: record_key.
{{ config(materialized='view') }}
select
    'sadaya_keputusan' as source,
    record_key,
    source_a,
    record_key_a,
    role_a,
    source_b,
    record_key_b,
    role_b,
    decision,
    decided_on,
    clerk,
    delivery_id,
    file_name,
    row_number,
    valid_from
from {{ ref('stg_sadaya__keputusan') }}
