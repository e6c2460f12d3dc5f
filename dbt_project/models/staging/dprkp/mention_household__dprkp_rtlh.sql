{{ config(materialized='view', post_hook="{{ write_mention('household', 'dprkp_rtlh') }}") }}
{%- set given = same(['record_key', 'delivery_id', 'file_name', 'row_number', 'valid_from', 'carried_forward_since', 'no_kk', 'address', 'village_code', 'district_code', 'regency_code']) -%}
{%- do given.update({
    'person_role': "'self'",
    'in_frame': "true",
}) -%}
{{ mention('household', 'dprkp_rtlh', ref('stg_dprkp__rtlh'), given, past=ref('stg_dprkp__rtlh_versions')) }}
