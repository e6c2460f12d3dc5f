{{ config(materialized='view', post_hook="{{ write_mention('household', 'dinkes_jkn') }}") }}
{%- set given = same(['record_key', 'delivery_id', 'file_name', 'row_number', 'valid_from', 'carried_forward_since', 'village_code', 'district_code', 'regency_code']) -%}
{%- do given.update({
    'person_role': "'self'",
    'in_frame': "is_subsidised",
}) -%}
{{ mention('household', 'dinkes_jkn', ref('stg_dinkes__jkn'), given, past=ref('stg_dinkes__jkn_versions')) }}
