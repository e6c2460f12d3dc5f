-- Records that are linked with each other only.
with ends as (
    select a as n, link_rule, place, probability from rest_edge
    union all select b, link_rule, place, probability from rest_edge),
strongest as (
    select n, arg_min(link_rule, place) as link_rule, arg_min(probability, (place, -probability)) as probability
    from ends group by n)
select n, component, link_rule, probability from rest_grouped join strongest using (n)
