{{ config(materialized='view', post_hook="{{ write_mention('person', 'dinkes_jkn') }}") }}
{%- set given = same(['record_key', 'delivery_id', 'file_name', 'row_number', 'valid_from', 'carried_forward_since', 'name', 'birth_date', 'birth_year', 'birth_precision', 'birth_heap', 'nik', 'nik_state', 'village_code', 'district_code', 'regency_code']) -%}
{%- do given.update({
    'role': "'self'",
    'is_register': "false",
}) -%}
{{ mention('person', 'dinkes_jkn', ref('stg_dinkes__jkn'), given, past=ref('stg_dinkes__jkn_versions')) }}
