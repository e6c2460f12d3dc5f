{{ config(materialized='view', post_hook="{{ write_mention('household', 'dinsos_jamsosratu') }}") }}
{%- set given = same(['record_key', 'delivery_id', 'file_name', 'row_number', 'valid_from', 'carried_forward_since', 'village_code', 'district_code', 'regency_code', 'no_kk', 'address']) -%}
{%- do given.update({
    'person_role': "'self'",
    'in_frame': 'true',
}) -%}
{{ mention('household', 'dinsos_jamsosratu', ref('stg_dinsos__jamsosratu'), given, past=ref('stg_dinsos__jamsosratu_versions')) }}
