{{ config(materialized='view', post_hook="{{ write_mention('person', 'diskop_umkm') }}") }}
{%- set given = same(['record_key', 'delivery_id', 'file_name', 'row_number', 'valid_from', 'carried_forward_since', 'name', 'nik', 'nik_state', 'village_code', 'district_code', 'regency_code']) -%}
{%- do given.update({
    'role': "'owner'",
    'is_register': "false",
}) -%}
{{ mention('person', 'diskop_umkm', ref('stg_diskop__umkm'), given, past=ref('stg_diskop__umkm_versions')) }}
