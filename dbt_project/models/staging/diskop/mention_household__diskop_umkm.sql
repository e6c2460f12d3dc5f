-- The household of an enterprise's owner. Grain: record_key, valid_from.
{{ config(materialized='view') }}
select
    'diskop_umkm' as source,
    record_key,
    delivery_id,
    file_name,
    row_number,
    'owner' as person_role,
    village_code,
    district_code,
    regency_code,
    aid is not null as in_frame,
    valid_from,
    valid_to,
    known_from,
    carried_forward_since
from {{ ref('stg_diskop__umkm_versions') }}
