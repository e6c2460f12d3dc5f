with returned as (
    select n from mention_new where record_name(source, record_key, role) in (
        select natural_key from away where entity = 'person'))
select component, if(n in (from returned), component, was) as was from moved
union all
select null, component from person_component_old where n in (select n from person_removed)
