{{ config(materialized='view', post_hook="{{ write_mention('programme', 'dinsos_pkh') }}") }}
{%- set given = same(['record_key', 'delivery_id', 'file_name', 'row_number', 'valid_from', 'carried_forward_since', 'participant_no', 'components', 'stage_year', 'stage_number', 'start_date', 'village_code', 'regency_code', 'valid_to', 'known_from', 'is_current']) -%}
{%- do given.update({
    'programme': "'PKH'",
    'status_original': 'status',
    'status': "case status when 'AKTIF' then 'active' when 'GRADUASI' then 'graduated' else 'inactive' end",
    'start_year': 'year(start_date)',
}) -%}
{{ mention('programme', 'dinsos_pkh', ref('stg_dinsos__pkh_versions'), given) }}
