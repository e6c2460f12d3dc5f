-- Grain: source, record_key, role, valid_from. Persons named by records, all versions.
{{ config(materialized='view') }}
{{ union_of_mentions('person') }}
