-- Grain: pair_id, a pair of records. Why two records are one person, whether a clerk is asked, or that a clerk said no.
with decided as (
    select record_key as pair_id, decided_on, clerk as decided_by
    from {{ ref('decision_mention') }}
)

select
    pair_id, source_a, record_key_a, role_a, person_id_a, source_b, record_key_b, role_b, person_id_b,
    detector, weight, match_probability, state, evidence, decided_on, decided_by
from {{ source('identity', 'identity_links') }}
left join decided using (pair_id)
