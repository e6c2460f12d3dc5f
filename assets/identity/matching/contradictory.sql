-- Components in which two records cannot be one person.
select distinct a.component from component a
join component b on a.component = b.component and a.n < b.n
join residue o on o.n = a.n join residue r on r.n = b.n
where births_contradict(o.birth_date, r.birth_date, o.birth_year, r.birth_year)
    or are_twins(o.words, r.words, o.nik, r.nik, o.birth_date, r.birth_date, o.birth_year, r.birth_year)
    or (not words_alike(o.words, r.words)
        and (not births_equal(o.birth_date, r.birth_date) or sexes_differ(o.sex, r.sex)))
    or two_members(o.household, r.household, o.words, r.words, o.birth_date, r.birth_date, o.nik, r.nik)
    or (o.n, r.n) in (select (a, b) from dismissed)
