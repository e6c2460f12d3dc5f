{{ config(materialized='view', post_hook="{{ write_mention('person', 'disnaker_pencaker') }}") }}
{%- set given = same(['record_key', 'delivery_id', 'file_name', 'row_number', 'valid_from', 'carried_forward_since', 'name', 'birth_date', 'birth_year', 'birth_precision', 'birth_heap', 'nik', 'nik_state', 'village_code', 'district_code', 'regency_code']) -%}
{%- do given.update({
    'role': "'self'",
    'is_register': "false",
}) -%}
{{ mention('person', 'disnaker_pencaker', ref('stg_disnaker__pencaker'), given, past=ref('stg_disnaker__pencaker_versions')) }}
