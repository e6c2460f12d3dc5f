-- A family's entry in PKH. Grain: record_key, valid_from.
{{ config(materialized='view') }}
select
    'dinsos_pkh' as source,
    record_key,
    'PKH' as programme,
    participant_no,
    case status when 'AKTIF' then 'active' when 'GRADUASI' then 'graduated' else 'inactive' end as status,
    status as status_original,
    components,
    stage_year,
    stage_number,
    start_date,
    year(start_date)::smallint as start_year,
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
from {{ ref('stg_dinsos__pkh_versions') }}
