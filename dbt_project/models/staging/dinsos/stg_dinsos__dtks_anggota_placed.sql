-- Grain: one row per member of a household in DTKS, with the place and family card of the household, current state.
{{ config(materialized='view') }}
select * exclude (is_current, valid_to)
from {{ ref('stg_dinsos__dtks_anggota_placed_versions') }}
where is_current
