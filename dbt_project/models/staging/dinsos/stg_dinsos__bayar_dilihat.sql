-- Grain: one row per record_key: a payment that a companion saw at a family, current state.
{{ config(materialized='view', tags=['progress']) }}
select * exclude (is_current, valid_to)
from {{ ref('stg_dinsos__bayar_dilihat_versions') }}
where is_current
