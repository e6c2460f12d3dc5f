-- Every pair that was joined or dismissed, and every question to a clerk, once each.
with final as (
    select n, target as component from link union all select n, component from rest_component),
joined as (
    select n as a, target as b, link_rule as detector from link
    where link_rule <> 'clerk' and n not in (select n from along)
    union all
    select a, b, arg_min(link_rule, place) from edge join final x on x.n = a join final y on y.n = b
    where x.component = y.component and link_rule <> 'clerk' group by a, b),
given as (
    select a, b, detector, 'confirmed' as state from joined where (a, b) not in (select (a, b) from judged)
    union all select a, b, 'clerk', if(is_same, 'confirmed', 'dismissed') from judged
    union all select a, b, 'splink', 'open' from question)
select given.*, weight, probability, evidence from given left join weighed using (a, b)
