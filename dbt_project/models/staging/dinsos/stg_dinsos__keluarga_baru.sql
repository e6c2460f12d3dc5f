-- Grain: one row per record_key: a family that a companion proposed, current state.
{{ config(materialized='view', tags=['progress']) }}
select * exclude (is_current, valid_to)
from {{ ref('stg_dinsos__keluarga_baru_versions') }}
where is_current
