-- Grain: source, record_key. Every record that belongs to a household, with the household, the family, and the person
-- if there is one.
{{ config(materialized='table') }}
select
    mention.*,
    link.household_id,
    link.family_id,
    link.link_rule,
    link.match_probability,
    person.person_id
from {{ ref('household_mention') }} mention
join {{ source('identity', 'household_links') }} link using (source, record_key)
left join {{ source('identity', 'person_links') }} person
    on person.source = mention.source and person.record_key = mention.record_key and person.role = mention.person_role
