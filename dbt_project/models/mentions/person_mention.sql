-- Grain: source, record_key, role. Whom records name that are in force.
select * exclude (valid_to)
from {{ ref('person_mention_versions') }}
where valid_to is null
