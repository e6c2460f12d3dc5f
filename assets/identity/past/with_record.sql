insert into link_of_past
with leader as (
    select k, source, record_key, role, words, id
    from (select * from mention where k in (select k from past))
    join person_component using (n) join person_id using (component)
    union all
    select k, source, record_key, role, words, id from past join last_version using (n) join link_of_past using (n))
select p.n, l.id, 'record', null from past p join leader l using (k, source, record_key, role)
where p.n not in (select n from link_of_past) and words_agree(p.words, l.words)
    and (p.n, l.id) not in (select (n, id) from stated where not is_same)
