-- A pupil who receives PIP. Grain: record_key, valid_from.
{{ config(materialized='view') }}
select
    'dindik_siswa' as source,
    record_key,
    'PIP' as programme,
    coalesce(kip_no, student_no) as participant_no,
    case status when 'AKTIF' then 'active' when 'LULUS' then 'graduated' else 'left' end as status,
    status as status_original,
    school_level as components,
    regency_code,
    delivery_id,
    file_name,
    row_number,
    valid_from,
    valid_to,
    known_from,
    is_current,
    carried_forward_since
from {{ ref('stg_dindik__siswa_versions') }}
where receives_pip
