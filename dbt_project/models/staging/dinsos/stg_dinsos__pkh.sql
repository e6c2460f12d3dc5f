-- Grain: one row per record_key: a family's entry in PKH, current state.
{{ config(materialized='view') }}
select * exclude (is_current, valid_to)
from {{ ref('stg_dinsos__pkh_versions') }}
where is_current
