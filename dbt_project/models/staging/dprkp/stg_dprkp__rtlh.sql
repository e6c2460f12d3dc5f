-- Grain: one row per record_key: a house's entry in the survey, current state.
{{ config(materialized='view') }}
select * exclude (is_current, valid_to)
from {{ ref('stg_dprkp__rtlh_versions') }}
where is_current
