-- Components that records went over from and to, that are new or gone, and whose id one had that is back. All others
-- keep theirs: their records are the same, and who is new claims nothing. this_entity_moved: of records whose component
-- is another, both (`was`, `component`; null: none; the same: the record is back).
with went_over as (from this_entity_moved where was is not null and component is not null),
known as (select component from this_entity_id where component in (select component from this_entity_moved)),
component as (
    select was as component from went_over union select component from went_over
    union (select component from this_entity_moved except from known)
    union (select was from this_entity_moved except (this_present)))
from component where component is not null
union select component from this_entity_id where id in (
    select id from away where entity = 'this_entity' and natural_key in (this_back))
