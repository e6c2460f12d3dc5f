-- Tonight's events of ids: minted, split (in addition to minted), merged, retired, returned (after merged or retired).
with merged as (
    select c.id, i.id as other_id
    from claim c join (select component, id from id_won union all select component, id from id_new) i using (component)
    where c.id not in (select id from id_won)
    qualify row_number() over (partition by c.id order by rank_1 desc, rank_2 desc, rank_3 desc, i.id) = 1),
event as (
    select id, 'minted' as event, null::varchar as other_id from id_new
    union all
    select n.id, 'split', c.id from id_new n join claim c using (component)
    qualify row_number() over (
        partition by n.component order by rank_1 desc, rank_2 desc, rank_3 desc, c.id) = 1
    union all
    select id, 'merged', other_id from merged
    where (id, 'merged', other_id) not in (select id, event, other_id from last_event)
    union all
    select id, 'returned', null from id_won join last_event using (id) where event in ('merged', 'retired')
    union all
    select id, 'retired', null from last_event where event not in ('merged', 'retired')
        and id not in (select id from id_won) and id not in (select id from merged))
select 'this_entity' as entity, id, event, other_id, $load_id as load_id, $at as happened_at,
    $generation as generation
from event order by id, event
