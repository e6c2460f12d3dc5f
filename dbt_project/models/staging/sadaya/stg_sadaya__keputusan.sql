-- Grain: one row per record_key: a pair of records, with the newest decision that a clerk made. A workbook that comes
-- back with the cell empty takes no decision back, nor does one that says TIDAK TAHU: what was decided is never asked
-- again.
{{ config(materialized='view') }}
select * exclude (is_current, valid_to)
from {{ ref('stg_sadaya__keputusan_versions') }}
where decision is not null
qualify
    row_number() over (partition by record_key order by decision = 'TIDAK TAHU', decided_on desc, valid_from desc) = 1
