-- The records that are settled again: all of the residue, which is small, whoever is linked where it might be, and the
-- register persons who may be left of its households.
with card as (
    select n, no_kk from (from context union select n, no_kk from residue where no_kk is not null)
    semi join (select n from residue where household is not null) using (n)),
near as (
    select r.n from register r semi join (
        select c.no_kk, o.sex, o.birth_year from card c join residue o using (n)) o
    on r.no_kk = o.no_kk and not sexes_differ(o.sex, r.sex)
        and not births_a_generation_apart(o.birth_year, r.birth_year)),
settled as (
    select n from mention semi join (
        select n from residue union select n from scope union select a from weighed union select b from weighed
        union select a from decision union select b from decision union from near) using (n)),
targets as (from settled union select target from rule_link where n in (from settled))
from targets union select n from rule_link where target in (from targets)
