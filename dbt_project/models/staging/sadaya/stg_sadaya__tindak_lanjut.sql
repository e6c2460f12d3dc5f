-- Grain: one row per record_key: a row of a work list, with the newest outcome that an officer sent back. A later
-- empty cell does not withdraw it.
{{ config(materialized='view') }}
select * exclude (is_current, valid_to)
from {{ ref('stg_sadaya__tindak_lanjut_versions') }}
where outcome is not null
qualify row_number() over (partition by record_key order by outcome_on desc, valid_from desc) = 1
