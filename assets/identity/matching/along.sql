-- Records joined with each other are linked to the register person of one of them, if they have exactly one.
with ends as (
    select a as n, link_rule, place, probability from edge union all select b, link_rule, place, probability from edge),
one as (
    select component, min(target) as target from component join link using (n)
    group by component having count(distinct target) = 1),
strongest as (
    select n, arg_min(link_rule, place) as link_rule, min(probability) as probability from ends group by n)
select n, target, strongest.link_rule, probability from one join component using (component) join strongest using (n)
join mention o using (n) join register r on r.n = target
where n not in (select n from link) and words_alike(o.words, r.words)
    and not births_contradict(o.birth_date, r.birth_date, o.birth_year, r.birth_year)
    and not sexes_differ(o.sex, r.sex)
    and not are_twins(o.words, r.words, o.nik, r.nik, o.birth_date, r.birth_date, o.birth_year, r.birth_year)
