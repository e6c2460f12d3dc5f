-- Grain: source, record_key, role, valid_from. Whom records name, in every version of theirs.
{{ config(materialized='view') }}
{{ union_of_mentions('person') }}
