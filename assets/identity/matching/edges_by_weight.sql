insert into edge
select o.n, r.n, 'splink', rule_place('splink'), s.probability
from open_pair s join residue o on o.n = s.a join residue r on r.n = s.b
where s.weight >= $link and words_alike(o.words, r.words)
    and not births_contradict(o.birth_date, r.birth_date, o.birth_year, r.birth_year)
    and not sexes_differ(o.sex, r.sex)
    and not are_twins(o.words, r.words, o.nik, r.nik, o.birth_date, r.birth_date, o.birth_year, r.birth_year)
    and not two_members(o.household, r.household, o.words, r.words, o.birth_date, r.birth_date, o.nik, r.nik)
    and (least(s.a, s.b), greatest(s.a, s.b)) not in (select (least(a, b), greatest(a, b)) from edge)
