-- The ids of the natural keys in doubt: those they have, and those they had when they were last present.
select 'household' as entity, id, component as natural_key, true as is_current from household_id
where component in (from household_doubt)
union all
select 'family', id, component, true from family_id where component in (from family_doubt)
union all
select entity, id, natural_key, false from away where case entity
    when 'household' then natural_key in (from household_doubt) when 'family' then natural_key in (from family_doubt)
    else natural_key in (select record_name(source, record_key, role) from mention_new) end
