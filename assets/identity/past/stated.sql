-- What clerks decided of a record that has ended holds for its last version.
with said as (
    select key_a as key, key_b as other, decision from newest_decision
    union all select key_b, key_a, decision from newest_decision),
ended as (
    select n, record_name(source, record_key, role) as key from past where n in (select n from last_said))
select e.n, i.id, said.decision = 'SAMA' as is_same
from said join ended e using (key) join mention m on record_name(m.source, m.record_key, m.role) = said.other
join person_component c on c.n = m.n join person_id i using (component)
