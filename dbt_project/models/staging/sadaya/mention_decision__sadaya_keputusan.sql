{{ config(materialized='view', post_hook="{{ write_mention('decision', 'sadaya_keputusan') }}") }}
{%- set given = same(['record_key', 'source_a', 'record_key_a', 'role_a', 'source_b', 'record_key_b', 'role_b', 'decision', 'decided_on', 'clerk', 'delivery_id', 'file_name', 'row_number', 'valid_from']) -%}
{{ mention('decision', 'sadaya_keputusan', ref('stg_sadaya__keputusan'), given) }}
