{{ config(materialized='view', post_hook="{{ write_mention('household', 'dinsos_pkh') }}") }}
{%- set given = same(['record_key', 'delivery_id', 'file_name', 'row_number', 'valid_from', 'carried_forward_since', 'village_code', 'district_code', 'regency_code', 'no_kk']) -%}
{%- do given.update({
    'person_role': "'manager'",
    'in_frame': 'true',
}) -%}
{{ mention('household', 'dinsos_pkh', ref('stg_dinsos__pkh'), given, past=ref('stg_dinsos__pkh_versions')) }}
