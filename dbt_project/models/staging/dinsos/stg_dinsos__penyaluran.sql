-- Grain: one row per record_key: a payment in the bank's report, current state.
{{ config(materialized='view') }}
select * exclude (is_current, valid_to)
from {{ ref('stg_dinsos__penyaluran_versions') }}
where is_current
