-- Grain: source, record_key, role. Every record that is somebody, with the person it is.
{{ config(materialized='view') }}
select mention.*, link.person_id, link.link_rule, link.match_probability
from {{ ref('person_mention') }} mention
join {{ source('identity', 'person_links') }} link using (source, record_key, role)
