-- Grain: one row per record_key: a student's entry in Dapodik, current state.
{{ config(materialized='view') }}
select * exclude (is_current, valid_to)
from {{ ref('stg_dindik__siswa_versions') }}
where is_current
