-- Grain: source, record_key, role. Persons named by current records.
select * exclude (valid_to)
from {{ ref('person_mention_versions') }}
where valid_to is null
