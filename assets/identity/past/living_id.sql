-- The last id of a natural key, or the id into which that was merged.
with recursive merged as (
    select id, arg_max(if(event = 'merged', other_id, null), (coalesce(generation, 0), load_id, event)) as other_id
    from history where entity = 'this_entity' and event in ('merged', 'returned', 'retired', 'minted') group by id),
followed as (
    select natural_key, id, 0 as steps from away where entity = 'this_entity' and natural_key in (this_keys)
    union
    select f.natural_key, m.other_id, steps + 1 from followed f join merged m using (id)
    where m.other_id is not null and steps < 100)
select natural_key, arg_max(id, steps) as id from followed group by natural_key
