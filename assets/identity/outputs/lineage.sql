-- Identity's own memory: the id of every ID_DTKS and card, and of every record that is away, so that what comes back
-- finds its id.
select 'household' as entity, id, component as natural_key, true as is_current from household_id
union all select 'family', id, component, true from family_id
union all select entity, id, natural_key, false from away
