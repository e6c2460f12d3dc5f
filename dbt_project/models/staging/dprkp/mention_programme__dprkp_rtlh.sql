-- A house that receives or received aid. Grain: record_key, valid_from.
{{ config(materialized='view') }}
select
    'dprkp_rtlh' as source,
    record_key,
    'RTLH' as programme,
    house_no as participant_no,
    case aid_status when 'SELESAI' then 'completed' else 'active' end as status,
    aid_status as status_original,
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
from {{ ref('stg_dprkp__rtlh_versions') }}
where aid_status <> 'BELUM'
