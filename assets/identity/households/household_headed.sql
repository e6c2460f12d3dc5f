-- Household records with the head and the address of the household, where the record is evidence of them: a listing's
-- own record, which has the words of its head's name, and the register's heads of cards. `home` is a digest of the
-- address, for comparison only.
select i.*, head_name is not null as is_head,
    case when household_ref is not null and person_role is null then f.words end as head,
    case when head_name is not null or (household_ref is not null and person_role is null)
        then nullif(hash(nullif(trim(regexp_replace(plain(address), '[^A-Z0-9]+', ' ', 'g')), '')), hash(null))
    end as home
from household_input i left join folded_head f on f.name = i.head_name
