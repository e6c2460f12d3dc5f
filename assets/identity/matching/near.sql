card as (
    select n, no_kk from (from context union select n, no_kk from residue where no_kk is not null)
    semi join (select n from residue where household is not null) using (n)),
near as (
    select r.n from register r semi join (
        select c.no_kk, o.sex, o.birth_year from card c join residue o using (n)) o
    on r.no_kk = o.no_kk and not sexes_differ(o.sex, r.sex)
        and not births_a_generation_apart(o.birth_year, r.birth_year))
