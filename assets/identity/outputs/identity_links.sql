with known as (
    select n, source, record_key, role, id as person_id, record_name(source, record_key, role) as key
    from mention join person_component using (n) join person_id using (component)),
ordered as (
    select p.*, x.key > y.key as swapped, x, y
    from identity_pair p join known x on x.n = p.a join known y on y.n = p.b),
pair as (select * replace (if(swapped, y, x) as x, if(swapped, x, y) as y) from ordered)
select pair_number(x.key, y.key) as pair_id,
    x.source as source_a, x.record_key as record_key_a, x.role as role_a, x.person_id as person_id_a,
    y.source as source_b, y.record_key as record_key_b, y.role as role_b, y.person_id as person_id_b,
    detector, weight, probability as match_probability, state, coalesce(evidence, rule_evidence(detector)) as evidence
from pair
