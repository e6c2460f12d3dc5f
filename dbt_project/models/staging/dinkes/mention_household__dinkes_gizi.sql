{{ config(materialized='view', post_hook="{{ write_mention('household', 'dinkes_gizi') }}") }}
{%- set given = same(['record_key', 'delivery_id', 'file_name', 'row_number', 'valid_from', 'carried_forward_since', 'village_code', 'district_code', 'regency_code']) -%}
{%- do given.update({
    'person_role': "'child'",
    'in_frame': "false",
}) -%}
{{ mention('household', 'dinkes_gizi', ref('stg_dinkes__gizi'), given, past=ref('stg_dinkes__gizi_versions')) }}
