-- If two members of a listed household are linked to one register person, keep only the one that fits best.
create or replace temp table misfit as with
member as (
    select l.n, l.target, m.household, m.record_key, m.words, m.birth_date, m.nik,
        2 * births_equal(m.birth_date, r.birth_date)::int
        + (coalesce(m.nik = r.nik, false)::int + (m.words = r.words)::int) / 2
        + jaro_winkler_similarity(array_to_string(m.words, ' '), array_to_string(r.words, ' ')) as fit
    from link l join mention m using (n) join mention r on r.n = l.target
    where m.household is not null and this_among),
best as (
    select *, row_number() over (partition by household, target order by fit desc, record_key) as place
    from member)
select o.n from best o join best r using (household, target)
where r.place = 1 and o.place > 1
    and two_members(o.household, r.household, o.words, r.words, o.birth_date, r.birth_date, o.nik, r.nik);

delete from link where n in (select n from misfit)
