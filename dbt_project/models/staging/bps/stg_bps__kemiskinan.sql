-- Grain: one row per record_key: a region's indicators in a survey, current state.
{{ config(materialized='view') }}
select * exclude (is_current, valid_to)
from {{ ref('stg_bps__kemiskinan_versions') }}
where is_current
