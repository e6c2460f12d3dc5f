{{ config(materialized='view', post_hook="{{ write_mention('programme', 'dprkp_rtlh') }}") }}
{%- set given = same(['record_key', 'delivery_id', 'file_name', 'row_number', 'valid_from', 'valid_to', 'known_from', 'is_current', 'carried_forward_since', 'village_code', 'regency_code']) -%}
{%- do given.update({
    'programme': "'RTLH'",
    'participant_no': "house_no",
    'status': "case aid_status when 'SELESAI' then 'completed' else 'active' end",
    'status_original': "aid_status",
    'award_year': "aid_year",
    'start_year': "aid_year",
}) -%}
{{ mention('programme', 'dprkp_rtlh', ref('stg_dprkp__rtlh_versions'), given, "aid_status <> 'BELUM'") }}
