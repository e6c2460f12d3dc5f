-- Pairs that a clerk decided are two people, in both directions, unless a bundle holds both records.
with two_people as (
    select a, b from decision where not is_same union select b, a from decision where not is_same)
from two_people where (a, b) not in (select (x.n, y.n) from bundle x join bundle y using (component))
