-- Grain: source, record_key, role, valid_from. Persons named by past versions.
select *
from {{ ref('person_mention_versions') }}
where valid_to is not null
