{{ config(materialized='view', post_hook="{{ write_mention('person', 'dinsos_dtks_anggota') }}") }}
{%- set given = same(['record_key', 'delivery_id', 'file_name', 'row_number', 'valid_from', 'carried_forward_since', 'birth_date', 'birth_year', 'birth_precision', 'birth_heap', 'nik', 'nik_state', 'village_code', 'district_code', 'regency_code', 'name', 'sex', 'relation', 'no_kk']) -%}
{%- do given.update({
    'role': "'self'",
    'household_ref': 'dtks_id',
    'is_register': 'false',
}) -%}
{{ mention('person', 'dinsos_dtks_anggota', ref('stg_dinsos__dtks_anggota_placed'), given, past=ref('stg_dinsos__dtks_anggota_placed_versions')) }}
