-- Grain: source, record_key, role, valid_from. Whom versions name that are no longer in force.
select *
from {{ ref('person_mention_versions') }}
where valid_to is not null
