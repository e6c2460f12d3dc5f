-- The strongest claim is the same ID_DTKS, then another ID_DTKS of the same household, or the same card, then the
-- number of earlier members, then the members who stay: a spouse, the oldest. The last is the id that an ID_DTKS or
-- card had before it was absent.
with place as (select this_entity as component, h, n, person from placed),
stays as (
    select p.component, v.id, p.person, bool_or(m.relation in ('ISTRI', 'SUAMI')) as spouse,
        min(m.birth_date) as birth_date
    from touched.place p join household_mention o using (h)
    join this_entity_previous v using (source, record_key) left join mention m on m.n = p.n
    group by all),
members as (
    select component, id, count(*) as people, bool_or(spouse) as spouse,
        date_diff('day', min(birth_date), date '2100-01-01') as age
    from stays group by all),
own as (
    select component, component as natural_key, if(component[1] = 'D', 2, 1) as rank from founder
    union all
    select 'D' || listing, 'D' || household_ref, 1 from listing
    where household_ref <> listing and 'D' || listing in (select component from founder)),
same as (
    select o.component, l.id, max(if(l.is_current, o.rank, -1)) as rank
    from own o join lineage l on l.entity = 'this_entity' and l.natural_key = o.natural_key
    where l.is_current or o.natural_key = o.component
    group by all)
select component, id, case when rank > 0 or people is null then rank else 0 end as rank_1,
    coalesce(people, 0) as rank_2, coalesce(spouse::int, 0) * 1000000 + coalesce(age, 0) as rank_3
from members full join same using (component, id)
