-- Grain: source, record_key, valid_from, whether valid_to is null. Households of records, all versions.
{{ config(materialized='view') }}
{{ union_of_mentions('household') }}
