{{ config(materialized='view', post_hook="{{ write_mention('household', 'disnaker_pencaker') }}") }}
{%- set given = same(['record_key', 'delivery_id', 'file_name', 'row_number', 'valid_from', 'carried_forward_since', 'village_code', 'district_code', 'regency_code']) -%}
{%- do given.update({
    'person_role': "'self'",
    'in_frame': "false",
}) -%}
{{ mention('household', 'disnaker_pencaker', ref('stg_disnaker__pencaker'), given, past=ref('stg_disnaker__pencaker_versions')) }}
