-- The reference of the one household that several listings describe, if every two of them are such a pair (`twice`). It
-- is the smallest reference among them.
with ring as (
    select household_ref, list_sort(list_append(list(other), household_ref)) as ring from twice group by household_ref),
class as (select household_ref, min(household_ref) over (partition by ring) as class from ring),
tie as (
    select x.class, y.class as other, max((t.people, t.likeness)) as strength
    from twice t join class x using (household_ref) join class y on y.household_ref = t.other
    where x.class <> y.class group by all),
strongest as (
    select class, other from tie
    qualify rank() over (partition by class order by strength desc) = 1
        and count(*) over (partition by class, strength) = 1),
mutual as (select a.class, a.other from strongest a join strongest b on b.class = a.other and b.other = a.class),
joined as (select household_ref, least(class, coalesce(other, class)) as one from class left join mutual using (class))
select household_ref, min(household_ref) over (partition by one) as listing from joined
qualify count(*) over (partition by one) > 1
