-- The household and family of a person tonight: by a list of households, else by the register, else by any record.
select i.id, arg_min(h.household, place) as household, arg_min(h.family, place) as family
from (
    select p.person, p.household, p.family,
        (m.household_ref is null, not m.is_register, m.source, m.record_key) as place
    from placed p join household_mention m using (h)) h
join person_id i on i.component = h.person
semi join (select distinct id from who) w on w.id = i.id
group by i.id
