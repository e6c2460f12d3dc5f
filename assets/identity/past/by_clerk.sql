insert into link_of_past
select n, min(id), 'clerk', null from stated where is_same group by n having count(distinct id) = 1
