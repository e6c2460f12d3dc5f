{{ config(materialized='view', post_hook="{{ write_mention('person', 'dinsos_pkh') }}") }}
{%- set given = same(['record_key', 'delivery_id', 'file_name', 'row_number', 'valid_from', 'carried_forward_since', 'birth_date', 'birth_year', 'birth_precision', 'birth_heap', 'nik', 'nik_state', 'village_code', 'district_code', 'regency_code', 'name', 'no_kk']) -%}
{%- do given.update({
    'role': "'manager'",
    'is_register': 'false',
}) -%}
{{ mention('person', 'dinsos_pkh', ref('stg_dinsos__pkh'), given, past=ref('stg_dinsos__pkh_versions')) }}
