{{ config(materialized='view', post_hook="{{ write_mention('programme', 'diskop_umkm') }}") }}
{%- set given = same(['record_key', 'delivery_id', 'file_name', 'row_number', 'valid_from', 'valid_to', 'known_from', 'is_current', 'carried_forward_since', 'village_code', 'regency_code']) -%}
{%- do given.update({
    'programme': "'UMKM'",
    'participant_no': "enterprise_no",
    'status': "'active'",
    'status_original': "aid",
    'award_year': "aid_year",
    'start_year': "aid_year",
}) -%}
{{ mention('programme', 'diskop_umkm', ref('stg_diskop__umkm_versions'), given, "aid is not null") }}
