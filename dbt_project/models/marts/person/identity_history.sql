-- Grain: entity, id, event, other_id, load_id. What became of ids: minted, merged into, split from, retired, returned.
-- Old ids resolve for ever.
select entity, id, event, other_id, load_id, happened_at
from {{ source('identity', 'identity_history') }}
