{{ config(materialized='view', post_hook="{{ write_mention('household', 'diskop_umkm') }}") }}
{%- set given = same(['record_key', 'delivery_id', 'file_name', 'row_number', 'valid_from', 'carried_forward_since', 'village_code', 'district_code', 'regency_code']) -%}
{%- do given.update({
    'person_role': "'owner'",
    'in_frame': "aid is not null",
}) -%}
{{ mention('household', 'diskop_umkm', ref('stg_diskop__umkm'), given, past=ref('stg_diskop__umkm_versions')) }}
