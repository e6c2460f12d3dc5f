-- Grain: one row per record_key: a job seeker's entry, current state.
{{ config(materialized='view') }}
select * exclude (is_current, valid_to)
from {{ ref('stg_disnaker__pencaker_versions') }}
where is_current
