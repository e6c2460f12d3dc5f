-- Grain: source, record_key, valid_from. Which households versions are of that are no longer in force.
select *
from {{ ref('household_mention_versions') }}
where valid_to is not null
