-- Grain: one row per record_key: a change of a family that a companion reported, current state.
{{ config(materialized='view', tags=['progress']) }}
select * exclude (is_current, valid_to)
from {{ ref('stg_dinsos__perubahan_status_versions') }}
where is_current
