-- Grain: source, record_key, valid_from, whether valid_to is null. Which households records are of, in every version.
{{ config(materialized='view') }}
{{ union_of_mentions('household') }}
