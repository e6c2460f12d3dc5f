-- Questions to clerks: pairs whose weight is within the margin of the best of either record; for a record and a
-- register record, of the record's best.
with final as (
    select n, target as component from link union all select n, component from rest_component
    union all select n, n from register),
held as (
    select s.*, coalesce(x.component, a) as component_a, coalesce(y.component, b) as component_b,
        a in (select n from link) as a_is_linked, b in (select n from link) as b_is_linked,
        a in (select n from register) as a_is_register, b in (select n from register) as b_is_register
    from open_pair s left join final x on x.n = a left join final y on y.n = b where weight >= $ask),
asked as (
    select * from held
    where component_a <> component_b and (a_is_register or not a_is_linked) and not b_is_linked),
best as (
    select n, of_register, max(weight) as weight from (
        select a as n, b_is_register as of_register, weight from asked
        union all select b, a_is_register, weight from asked where a_is_register = b_is_register)
    group by all)
select a, b, asked.weight, probability, evidence from asked
join best x on x.n = a and x.of_register = b_is_register
left join best y on y.n = b and y.of_register = a_is_register and a_is_register = b_is_register
where asked.weight >= least(x.weight, y.weight) - $margin
