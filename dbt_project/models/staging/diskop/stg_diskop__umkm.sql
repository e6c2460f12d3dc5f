-- Grain: one row per record_key: an enterprise's entry, current state.
{{ config(materialized='view') }}
select * exclude (is_current, valid_to)
from {{ ref('stg_diskop__umkm_versions') }}
where is_current
