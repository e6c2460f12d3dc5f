-- A participant's entry in Jamsosratu. Grain: record_key, valid_from.
{{ config(materialized='view') }}
select
    'dinsos_jamsosratu' as source,
    record_key,
    'JAMSOSRATU' as programme,
    participant_no,
    case status when 'AKTIF' then 'active' when 'GRADUASI' then 'graduated' else 'left' end as status,
    status as status_original,
    start_year,
    end_date,
    end_reason,
    companion_id,
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
from {{ ref('stg_dinsos__jamsosratu_versions') }}
