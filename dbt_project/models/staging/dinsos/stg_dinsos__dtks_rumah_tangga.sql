-- Grain: one row per record_key: a household's entry in DTKS, current state.
{{ config(materialized='view') }}
select * exclude (is_current, valid_to)
from {{ ref('stg_dinsos__dtks_rumah_tangga_versions') }}
where is_current
