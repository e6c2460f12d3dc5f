-- Links each record to the register person that weighs enough, and more than any other by the margin.
insert into link
with best as (
    select s.*, lead(s.weight) over falling as next_best from open_pair s join register on register.n = s.b
    where s.a not in (select n from register)
    window falling as (partition by s.a order by s.weight desc, s.b)
    qualify row_number() over falling = 1)
select a, b, 'splink', probability from best join mention o on o.n = a join register r on r.n = b
where weight >= $link and coalesce(weight - next_best >= $margin, true) and words_alike(o.words, r.words)
    and not births_contradict(o.birth_date, r.birth_date, o.birth_year, r.birth_year)
    and not sexes_differ(o.sex, r.sex)
    and not are_twins(o.words, r.words, o.nik, r.nik, o.birth_date, r.birth_date, o.birth_year, r.birth_year)
