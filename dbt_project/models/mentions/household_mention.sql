-- Grain: source, record_key. Households of current records.
select * exclude (valid_to)
from {{ ref('household_mention_versions') }}
where valid_to is null
