-- Components whose id must be decided: records moved from or to them, they were added or removed, or they have an id
-- that a returning record had. All others keep their ids. this_entity_moved: records whose component changed (`was`,
-- `component`; null: none; equal: the record has returned).
with went_over as (from this_entity_moved where was is not null and component is not null),
known as (select component from this_entity_id where component in (select component from this_entity_moved)),
component as (
    select was as component from went_over union select component from went_over
    union (select component from this_entity_moved except from known)
    union (select was from this_entity_moved except (this_present)))
from component where component is not null
union select component from this_entity_id where id in (
    select id from away where entity = 'this_entity' and natural_key in (this_back))
