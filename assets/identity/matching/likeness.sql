-- Members of a listed household that are not linked yet, with the register persons on its cards. `is_one`: whether two
-- of name, birth and NIK agree; `is_taken`: another member of the household is linked to that person.
with this_near,
taken as (
    select distinct l.target, o.household from link l join mention o using (n) where l.target in (from near)),
pair as (
    select o.n, r.n as target, o.household,
        words_equal(o.words, r.words) or one_name_in_the_other(o.words, r.words) as same_name,
        words_alike(o.words, r.words) as is_alike,
        same_name or is_alike as name_fits,
        list_has_any(o.words, r.words) as word_fits,
        births_equal(o.birth_date, r.birth_date) as same_day,
        births_fit(o.birth_date, r.birth_date, o.birth_year, r.birth_year, o.birth_heap or r.birth_heap) as birth_fits,
        coalesce(o.nik = r.nik or a_slip_apart(o.nik, r.nik), false) as nik_fits,
        two_numbers(o.nik, r.nik, o.birth_date, r.birth_date, o.birth_year, r.birth_year) as is_two,
        taken.target is not null as is_taken
    from card c join residue o using (n) join register r on r.no_kk = c.no_kk and not sexes_differ(o.sex, r.sex)
        and not births_a_generation_apart(o.birth_year, r.birth_year)
    left join taken on taken.target = r.n and taken.household = o.household
    where o.n not in (select n from link) and (o.n, r.n) not in (select (a, b) from dismissed))
select *, not is_two and case when nik_fits then (birth_fits and (name_fits or word_fits)) or is_alike
    when same_day then same_name else name_fits and birth_fits end as is_one
from pair where name_fits or word_fits or same_day or nik_fits
