-- Grain: entity, id, event, other_id, load_id. Events of ids: minted, merged, split, retired, returned. Old ids can
-- always be resolved.
select entity, id, event, other_id, load_id, happened_at
from {{ source('identity', 'identity_history') }}
