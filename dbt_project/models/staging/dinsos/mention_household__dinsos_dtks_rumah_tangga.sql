-- A household that DTKS lists. The state of one that is kept (decision 0024) is both current and past. Grain:
-- record_key, valid_from, and whether valid_to is null.
{{ config(materialized='view') }}
with listed as (
    select * from {{ ref('stg_dinsos__dtks_rumah_tangga_kept') }}
    union all by name
    select * exclude (is_current) from {{ ref('stg_dinsos__dtks_rumah_tangga_versions') }} where not is_current
)

select
    'dinsos_dtks_rumah_tangga' as source,
    record_key,
    delivery_id,
    file_name,
    row_number,
    dtks_id as household_ref,
    no_kk,
    head_name,
    address,
    rt,
    rw,
    village_code,
    district_code,
    regency_code,
    decile,
    member_count,
    true as in_frame,
    valid_from,
    valid_to,
    known_from,
    carried_forward_since
from listed
