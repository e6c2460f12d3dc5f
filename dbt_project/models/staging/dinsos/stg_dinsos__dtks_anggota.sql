-- Grain: one row per record_key: a household member's entry in DTKS, current state.
{{ config(materialized='view') }}
select * exclude (is_current, valid_to)
from {{ ref('stg_dinsos__dtks_anggota_versions') }}
where is_current
