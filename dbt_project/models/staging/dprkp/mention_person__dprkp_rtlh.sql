{{ config(materialized='view', post_hook="{{ write_mention('person', 'dprkp_rtlh') }}") }}
{%- set given = same(['record_key', 'delivery_id', 'file_name', 'row_number', 'valid_from', 'carried_forward_since', 'name', 'nik', 'nik_state', 'no_kk', 'village_code', 'district_code', 'regency_code']) -%}
{%- do given.update({
    'role': "'self'",
    'is_register': "false",
}) -%}
{{ mention('person', 'dprkp_rtlh', ref('stg_dprkp__rtlh'), given, past=ref('stg_dprkp__rtlh_versions')) }}
