-- Grain: one row per record_key: an enterprise's entry, as it is now.
{{ config(materialized='view') }}
select * exclude (is_current, valid_to)
from {{ ref('stg_diskop__umkm_versions') }}
where is_current
