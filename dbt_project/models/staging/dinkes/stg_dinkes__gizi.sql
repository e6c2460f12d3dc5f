-- Grain: one row per record_key: a measurement of a child, current state.
{{ config(materialized='view') }}
select * exclude (is_current, valid_to)
from {{ ref('stg_dinkes__gizi_versions') }}
where is_current
