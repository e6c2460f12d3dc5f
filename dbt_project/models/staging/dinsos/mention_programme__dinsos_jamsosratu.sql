{{ config(materialized='view', post_hook="{{ write_mention('programme', 'dinsos_jamsosratu') }}") }}
{%- set given = same(['record_key', 'delivery_id', 'file_name', 'row_number', 'valid_from', 'carried_forward_since', 'participant_no', 'start_year', 'end_date', 'end_reason', 'companion_id', 'village_code', 'regency_code', 'valid_to', 'known_from', 'is_current']) -%}
{%- do given.update({
    'programme': "'JAMSOSRATU'",
    'status_original': 'status',
    'status': "case status when 'AKTIF' then 'active' when 'GRADUASI' then 'graduated' else 'left' end",
}) -%}
{{ mention('programme', 'dinsos_jamsosratu', ref('stg_dinsos__jamsosratu_versions'), given) }}
