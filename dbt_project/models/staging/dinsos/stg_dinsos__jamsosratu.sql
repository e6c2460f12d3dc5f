-- Grain: one row per record_key: a family's entry in Jamsosratu, current state.
{{ config(materialized='view') }}
select * exclude (is_current, valid_to)
from {{ ref('stg_dinsos__jamsosratu_versions') }}
where is_current
