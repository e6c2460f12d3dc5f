insert into link_of_past
select a.n, id, link_rule, probability from alike a join link_of_past l on l.n = a.one
where a.n not in (select n from link_of_past)
