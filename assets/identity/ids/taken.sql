-- Components whose new id was used before, or is also the new id of another founder.
select component from (
    select component, id, row_number() over (partition by id order by seed, component) as nth
    from id_new join founder using (component)
    where id in (select id from id_new group by id having count(*) > 1)) where nth > 1
union select component from id_new where id in (select id from history where entity = 'this_entity')
