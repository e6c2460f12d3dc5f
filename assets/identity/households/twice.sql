-- Pairs of listed households that are one household (ruling 44): two living people in common, or the only living person
-- of either.
with shared as (
    select x.household_ref, y.household_ref as other, count(*) as people
    from touched.listed x join listed y using (person)
    where x.household_ref <> y.household_ref and x.is_alive group by all),
size as (
    select household_ref, count(*) as alive from listed where is_alive
        and household_ref in (select household_ref from shared union select other from shared) group by household_ref)
select s.household_ref, other, people, people / (a.alive + b.alive - people) as likeness
from shared s join size a on a.household_ref = s.household_ref join size b on b.household_ref = other
where people > 1 or least(a.alive, b.alive) = 1
