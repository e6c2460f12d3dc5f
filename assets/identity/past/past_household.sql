-- Household records that have ended, and versions whose household or person values differ from the current record.
-- person: the person's version, if it differs from the current record.
with version as (
    select h.h as n, h.k, h.d, h.source, h.record_key, h.person_role, nullif(h.no_kk, '') as no_kk, h.household_ref,
        h.valid_from, p.n as person
    from household_input h left join past p on p.source = h.source and p.record_key = h.record_key
        and p.role = h.person_role and p.valid_from = h.valid_from),
same as (select n from version semi join household_mention using (d) where person is null)
from version anti join same using (n)
