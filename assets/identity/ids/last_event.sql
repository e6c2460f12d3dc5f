-- The last event of an id, and when it was minted.
select id, arg_max(event, (coalesce(generation, 0), load_id, event)) as event,
    arg_max(coalesce(other_id, ''), (coalesce(generation, 0), load_id, event)) as other_id,
    min((coalesce(generation, 0), load_id)) filter (event = 'minted') as born
from touched.history where entity = 'this_entity' group by id
