-- Grain: one row per record_key: a form that a companion sent, as it is now.
{{ config(materialized='view') }}
select * exclude (is_current, valid_to)
from {{ ref('stg_dinsos__kunjungan_versions') }}
where is_current
