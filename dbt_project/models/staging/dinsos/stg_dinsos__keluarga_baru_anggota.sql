-- Grain: one row per record_key: a member of a proposed family, current state.
{{ config(materialized='view', tags=['progress']) }}
select * exclude (is_current, valid_to)
from {{ ref('stg_dinsos__keluarga_baru_anggota_versions') }}
where is_current
