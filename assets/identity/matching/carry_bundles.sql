-- The records of a bundle without a register record are linked to the person of its most strongly linked member.
create or replace temp table carried as
select component,
    arg_min(l.target, (rule_place(l.link_rule), -coalesce(l.probability, 1), r.record_key)) as target
from bundle join link l using (n) join mention r on r.n = l.target where head is null group by component;

delete from link where exists (
    select 1 from bundle join carried using (component)
    where bundle.n = link.n and carried.target <> link.target);

insert into link select n, target, 'clerk', null from bundle join carried using (component)
where n not in (select n from link)
