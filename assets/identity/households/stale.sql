-- Household records that did not change, but whose person changed.
with other as (
    select h from household_mention where n in (select n from moved union select n from person_removed)
    union select h from (select * from household_mention where n is null) m
    semi join mention_new f on f.source = m.source and f.record_key = m.record_key and f.role = m.person_role)
select * exclude (n, person, is_register) from household_mention
where h in (select h from other where h not in (select h from household_superseded))
