-- The ids of absent persons, ID_DTKS and cards, so that one that returns gets its id again.
with present as (
    select 'household' as entity, component as natural_key from household_id
    union all select 'family', component from family_id
    union all select 'person', record_name(source, record_key, role) from mention),
gone as (
    select 'person' as entity, id, record_name(source, record_key, role) as natural_key
    from person_previous anti join mention using (source, record_key, role)),
longer_gone as (
    select entity, id, natural_key from lineage
    anti join present using (entity, natural_key) anti join gone using (entity, natural_key))
from gone union all from longer_gone
