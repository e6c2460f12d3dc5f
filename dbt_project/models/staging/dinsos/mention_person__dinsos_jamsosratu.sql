{{ config(materialized='view', post_hook="{{ write_mention('person', 'dinsos_jamsosratu') }}") }}
{%- set given = same(['record_key', 'delivery_id', 'file_name', 'row_number', 'valid_from', 'carried_forward_since', 'birth_date', 'birth_year', 'birth_precision', 'birth_heap', 'nik', 'nik_state', 'village_code', 'district_code', 'regency_code', 'name', 'no_kk']) -%}
{%- do given.update({
    'role': "'self'",
    'is_register': 'false',
}) -%}
{{ mention('person', 'dinsos_jamsosratu', ref('stg_dinsos__jamsosratu'), given, past=ref('stg_dinsos__jamsosratu_versions')) }}
