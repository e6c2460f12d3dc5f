-- Pairs that clerks decided. If exactly one of the two is a register record, it is `b`; else a < b.
with decided as (
    select a, b, true as is_same from decision where is_same
    union all select a, b, false from dismissed where a < b),
ends as (select a as n from decided union select b from decided),
registered as (select n from register semi join ends using (n))
select if(swapped, b, a) as a, if(swapped, a, b) as b, is_same from (
    select *, (a in (from registered), a) > (b in (from registered), b) as swapped from decided)
