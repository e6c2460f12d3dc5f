{{ config(materialized='view', post_hook="{{ write_mention('household', 'dindik_siswa') }}") }}
{%- set given = same(['record_key', 'delivery_id', 'file_name', 'row_number', 'valid_from', 'carried_forward_since', 'district_code', 'regency_code']) -%}
{%- do given.update({
    'person_role': "'self'",
    'in_frame': "coalesce(receives_pip, false)",
}) -%}
{{ mention('household', 'dindik_siswa', ref('stg_dindik__siswa'), given, past=ref('stg_dindik__siswa_versions')) }}
