-- The listed households (ID_DTKS) that name a person, and whether the person is alive.
with member as (
    select distinct person, household_ref from touched.household_mention
    where household_ref is not null and person is not null),
dead as (
    select person from touched.household_mention h join mention m using (n)
    where h.is_register and m.life_status = 'MENINGGAL' and person in (select person from member))
select person, household_ref, person not in (select person from dead) as is_alive from member
