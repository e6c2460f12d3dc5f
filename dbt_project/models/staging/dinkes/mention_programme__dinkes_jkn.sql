{{ config(materialized='view', post_hook="{{ write_mention('programme', 'dinkes_jkn') }}") }}
{%- set given = same(['record_key', 'delivery_id', 'file_name', 'row_number', 'valid_from', 'valid_to', 'known_from', 'is_current', 'carried_forward_since', 'village_code', 'regency_code']) -%}
{%- do given.update({
    'programme': "'PBI_JKN'",
    'participant_no': "card_no",
    'status_original': "status",
    'status': "case status when 'AKTIF' then 'active' else 'inactive' end",
    'components': "segment",
}) -%}
{{ mention('programme', 'dinkes_jkn', ref('stg_dinkes__jkn_versions'), given, "is_subsidised") }}
