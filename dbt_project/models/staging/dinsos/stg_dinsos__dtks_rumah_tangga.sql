-- Grain: one row per record_key: a household's entry in DTKS, as it is now.
{{ config(materialized='view') }}
select * exclude (is_current, valid_to)
from {{ ref('stg_dinsos__dtks_rumah_tangga_versions') }}
where is_current
