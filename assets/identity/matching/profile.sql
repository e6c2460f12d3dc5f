-- The compared fields of every record of a candidate pair, except the frequency of its name. A parent is at least 13
-- years older than the child.
with involved as (select a as n from candidate union select b from candidate),
card as (
    select no_kk, list(nik order by nik) filter (nik is not null) as niks,
        list({'born': birth_year, 'words': words} order by n) as people
    from register where no_kk in (select no_kk from register semi join involved using (n)) group by no_kk),
own as (
    select n, list(distinct no_kk order by no_kk) as cards from (
        select n, no_kk from context union all select n, no_kk from residue where no_kk is not null) group by n)
select m.n, m.words, array_to_string(m.words, ' ') as name_key, m.birth_date, m.birth_year, m.birth_heap, m.sex,
    m.nik_stated as nik, m.village_code, m.district_code, m.regency_code, m.mother_words,
    case when m.is_register then [m.no_kk] else own.cards end as cards,
    case when m.is_register then card.niks end as card_niks,
    case when m.is_register then list_transform(
        list_filter(card.people, lambda one: one.born <= m.birth_year - 13), lambda one: one.words)
    end as elders
from mention m join involved using (n) left join own using (n)
left join card on m.is_register and card.no_kk = m.no_kk
