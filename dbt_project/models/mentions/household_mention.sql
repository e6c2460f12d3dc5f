-- Grain: source, record_key. Which households records are of that are in force.
select * exclude (valid_to)
from {{ ref('household_mention_versions') }}
where valid_to is null
