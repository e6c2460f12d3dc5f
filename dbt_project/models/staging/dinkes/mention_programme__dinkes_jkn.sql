-- A person whose JKN contribution the state pays (PBI). Grain: record_key, valid_from.
{{ config(materialized='view') }}
select
    'dinkes_jkn' as source,
    record_key,
    'PBI_JKN' as programme,
    card_no as participant_no,
    case status when 'AKTIF' then 'active' else 'inactive' end as status,
    status as status_original,
    segment as components,
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
from {{ ref('stg_dinkes__jkn_versions') }}
where is_subsidised
