-- A clerk's decision on a record that has ended applies to its last version.
with given as (
    select key_a as key, key_b as other, decision from newest_decision
    union all select key_b, key_a, decision from newest_decision),
ended as (
    select n, record_name(source, record_key, role) as key from past where n in (select n from last_version))
select e.n, i.id, given.decision = 'SAMA' as is_same
from given join ended e using (key) join mention m on record_name(m.source, m.record_key, m.role) = given.other
join person_component c on c.n = m.n join person_id i using (component)
