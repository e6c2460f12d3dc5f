{{ config(materialized='view', post_hook="{{ write_mention('programme', 'dindik_siswa') }}") }}
{%- set given = same(['record_key', 'delivery_id', 'file_name', 'row_number', 'valid_from', 'valid_to', 'known_from', 'is_current', 'carried_forward_since', 'regency_code']) -%}
{%- do given.update({
    'programme': "'PIP'",
    'participant_no': "coalesce(kip_no, student_no)",
    'status_original': "status",
    'status': "case status when 'AKTIF' then 'active' when 'LULUS' then 'graduated' else 'left' end",
    'components': "school_level",
}) -%}
{{ mention('programme', 'dindik_siswa', ref('stg_dindik__siswa_versions'), given, "receives_pip") }}
