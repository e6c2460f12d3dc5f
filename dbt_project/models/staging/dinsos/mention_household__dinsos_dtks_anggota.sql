{{ config(materialized='view', post_hook="{{ write_mention('household', 'dinsos_dtks_anggota') }}") }}
{%- set given = same(['record_key', 'delivery_id', 'file_name', 'row_number', 'valid_from', 'carried_forward_since', 'village_code', 'district_code', 'regency_code']) -%}
{%- do given.update({
    'person_role': "'self'",
    'household_ref': 'dtks_id',
    'in_frame': 'true',
}) -%}
{{ mention('household', 'dinsos_dtks_anggota', ref('stg_dinsos__dtks_anggota_placed'), given, past=ref('stg_dinsos__dtks_anggota_placed_versions')) }}
