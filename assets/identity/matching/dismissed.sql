-- Pairs that a clerk called two people, either way round, unless a bundle holds both.
with said as (
    select a, b from decision where not is_same union select b, a from decision where not is_same)
from said where (a, b) not in (select (x.n, y.n) from bundle x join bundle y using (component))
