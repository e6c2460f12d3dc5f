{{ config(materialized='view', post_hook="{{ write_mention('person', 'dukcapil_penduduk') }}") }}
{%- set given = same(['record_key', 'delivery_id', 'file_name', 'row_number', 'valid_from', 'carried_forward_since', 'birth_date', 'birth_year', 'birth_precision', 'birth_heap', 'nik', 'nik_state', 'village_code', 'district_code', 'regency_code', 'name', 'sex', 'birth_place', 'no_kk', 'relation', 'life_status', 'life_status_date']) -%}
{%- do given.update({
    'role': "'self'",
    'is_register': 'true',
}) -%}
{{ mention('person', 'dukcapil_penduduk', ref('stg_dukcapil__penduduk'), given) }}
