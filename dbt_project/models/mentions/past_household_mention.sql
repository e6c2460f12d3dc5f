-- Grain: source, record_key, valid_from. Households of past versions.
select *
from {{ ref('household_mention_versions') }}
where valid_to is not null
