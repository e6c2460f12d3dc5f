insert into link_of_past
select l.n, id, l.link_rule, l.probability from link l
join person_component c on c.n = l.target join person_id using (component)
where (l.n, id) not in (select (n, id) from stated where not is_same)
