-- Grain: one row per record_key: a pair of records, with the newest decision that a clerk made. A later empty cell or
-- TIDAK TAHU does not withdraw a decision: decided pairs are not asked again.
{{ config(materialized='view') }}
select * exclude (is_current, valid_to)
from {{ ref('stg_sadaya__keputusan_versions') }}
where decision is not null
qualify
    row_number() over (partition by record_key order by decision = 'TIDAK TAHU', decided_on desc, valid_from desc) = 1
