-- Finally, a record that has ended keeps the id that it had, or the id into which that was merged.
insert into link_of_past
select p.n, i.id, 'kept', null from past p join last_version using (n)
join living_id i on i.natural_key = record_name(p.source, p.record_key, p.role)
where p.n not in (select n from link_of_past)
