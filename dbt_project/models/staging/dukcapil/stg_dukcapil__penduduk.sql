-- Grain: one row per resident (NIK) of the civil register, current state.
{{ config(materialized='view') }}
select * exclude (is_current, valid_to)
from {{ ref('stg_dukcapil__penduduk_versions') }}
where is_current
