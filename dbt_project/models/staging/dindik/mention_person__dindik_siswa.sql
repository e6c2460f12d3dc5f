{{ config(materialized='view', post_hook="{{ write_mention('person', 'dindik_siswa') }}") }}
{%- set given = same(['record_key', 'delivery_id', 'file_name', 'row_number', 'valid_from', 'carried_forward_since', 'name', 'birth_date', 'birth_year', 'birth_precision', 'birth_heap', 'nik', 'nik_state', 'mother_name', 'district_code', 'regency_code']) -%}
{%- do given.update({
    'role': "'self'",
    'is_register': "false",
}) -%}
{{ mention('person', 'dindik_siswa', ref('stg_dindik__siswa'), given, past=ref('stg_dindik__siswa_versions')) }}
