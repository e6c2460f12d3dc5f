-- Evidence that a family card belongs to a listed household, and whether it suffices (ruling 42).
with stated as (
    select distinct no_kk, household_ref, head, village_code, home from touched.household_mention
    where household_ref is not null and no_kk is not null),
on_card as (
    select *, bool_or(is_registered) over (partition by no_kk) as is_known from touched.card_of_person),
member as (
    select no_kk, household_ref, person from on_card join listed using (person) where is_registered or not is_known),
named as (
    select s.no_kk, s.household_ref
    from stated s join on_card using (no_kk) join household_mention o using (person) join mention m on m.n = o.n
    where o.no_kk = s.no_kk and (m.village_code = s.village_code or o.home = s.home)
        and case when o.is_head then words_agree(m.words, s.head) else words_equal(m.words, s.head) end),
assigned as (
    select no_kk, household_ref, person, false as is_stated, true as is_supported from member
    union all
    select no_kk, household_ref, null, true,
        no_kk not in (select no_kk from on_card) or (no_kk, household_ref) in (from named) from stated)
select no_kk, coalesce(listing, household_ref) as household_ref, count(distinct person) as people,
    bool_or(is_stated) as is_stated, bool_or(is_supported) as is_supported
from assigned left join listing using (household_ref) group by all
