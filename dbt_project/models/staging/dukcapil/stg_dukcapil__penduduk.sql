-- Grain: one row per resident (NIK), as the civil register has it now.
{{ config(materialized='view') }}
select * exclude (is_current, valid_to)
from {{ ref('stg_dukcapil__penduduk_versions') }}
where is_current
