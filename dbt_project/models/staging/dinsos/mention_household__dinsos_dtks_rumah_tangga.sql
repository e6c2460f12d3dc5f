{{ config(materialized='view', post_hook="{{ write_mention('household', 'dinsos_dtks_rumah_tangga') }}") }}
{%- set given = same(['record_key', 'delivery_id', 'file_name', 'row_number', 'valid_from', 'carried_forward_since', 'village_code', 'district_code', 'regency_code', 'no_kk', 'head_name', 'address', 'rt', 'rw', 'decile', 'member_count']) -%}
{%- do given.update({
    'household_ref': 'dtks_id',
    'in_frame': 'true',
}) -%}
{{ mention('household', 'dinsos_dtks_rumah_tangga', ref('stg_dinsos__dtks_rumah_tangga_kept'), given, past=ref('stg_dinsos__dtks_rumah_tangga_versions')) }}
