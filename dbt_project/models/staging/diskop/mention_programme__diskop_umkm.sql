-- An enterprise that received aid. Grain: record_key, valid_from.
{{ config(materialized='view') }}
select
    'diskop_umkm' as source,
    record_key,
    'UMKM' as programme,
    enterprise_no as participant_no,
    'active' as status,
    aid as status_original,
    aid_year as award_year,
    aid_year as start_year,
    village_code,
    regency_code,
    delivery_id,
    file_name,
    row_number,
    valid_from,
    valid_to,
    known_from,
    is_current,
    carried_forward_since
from {{ ref('stg_diskop__umkm_versions') }}
where aid is not null
