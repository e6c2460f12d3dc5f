-- Internal to identity: the id of every ID_DTKS, card and absent record, so that one that returns gets its id again.
select 'household' as entity, id, component as natural_key, true as is_current from household_id
union all select 'family', id, component, true from family_id
union all select entity, id, natural_key, false from away
