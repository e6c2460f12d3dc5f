-- The card of a person: the card in the register, else any card that a record states.
select person, arg_min(no_kk, (not is_register, source, record_key)) as no_kk, bool_or(is_register) as is_registered
from touched.household_mention where person is not null and no_kk is not null group by person
