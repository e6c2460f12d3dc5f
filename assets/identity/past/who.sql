with tonight as (
    select m.k, i.id from (select n, k from mention where k in (select k from past_household)) m
    join person_component using (n) join person_id i using (component))
select h.*, if(h.person is null, t.id, l.id) as id
from past_household h left join link_of_past l on l.n = h.person left join tonight t on t.k = h.k
