{{ config(materialized='view', post_hook="{{ write_mention('household', 'dukcapil_penduduk') }}") }}
{%- set given = same(['record_key', 'delivery_id', 'file_name', 'row_number', 'valid_from', 'carried_forward_since', 'village_code', 'district_code', 'regency_code', 'no_kk', 'address', 'rt', 'rw']) -%}
{%- do given.update({
    'person_role': "'self'",
    'head_name': "case when relation = 'KEPALA KELUARGA' then name end",
    'in_frame': 'false',
}) -%}
{{ mention('household', 'dukcapil_penduduk', ref('stg_dukcapil__penduduk'), given) }}
