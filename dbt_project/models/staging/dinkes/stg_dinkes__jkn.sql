-- Grain: one row per record_key: a member's card, current state.
{{ config(materialized='view') }}
select * exclude (is_current, valid_to)
from {{ ref('stg_dinkes__jkn_versions') }}
where is_current
