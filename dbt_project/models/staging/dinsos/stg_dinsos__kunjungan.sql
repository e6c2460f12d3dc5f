-- Grain: one row per record_key: a form that a companion sent, current state.
{{ config(materialized='view', tags=['progress']) }}
select * exclude (is_current, valid_to)
from {{ ref('stg_dinsos__kunjungan_versions') }}
where is_current
