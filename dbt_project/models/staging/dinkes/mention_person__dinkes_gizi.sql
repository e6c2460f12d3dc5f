{{ config(materialized='view', post_hook="{{ write_mention('person', 'dinkes_gizi') }}") }}
{%- set given = same(['record_key', 'delivery_id', 'file_name', 'row_number', 'valid_from', 'carried_forward_since', 'name', 'birth_date', 'birth_year', 'birth_precision', 'birth_heap', 'nik', 'nik_state', 'sex', 'village_code', 'district_code', 'regency_code']) -%}
{%- do given.update({
    'role': "'child'",
    'mother_name': "parent_name",
    'is_register': "false",
}) -%}
{%- set given_2 = same(['record_key', 'delivery_id', 'file_name', 'row_number', 'valid_from', 'carried_forward_since', 'village_code', 'district_code', 'regency_code']) -%}
{%- do given_2.update({
    'role': "'parent'",
    'name': "parent_name",
    'nik': "parent_nik",
    'nik_state': "parent_nik_state",
    'is_register': "false",
}) -%}
{{ mention('person', 'dinkes_gizi', ref('stg_dinkes__gizi'), given, past=ref('stg_dinkes__gizi_versions')) }}
union all
{{ mention('person', 'dinkes_gizi', ref('stg_dinkes__gizi'), given_2, "parent_nik_state <> 'missing'", past=ref('stg_dinkes__gizi_versions')) }}
