-- Household records with who heads the household and where it lives, of those that can tell: a listing's own, which has
-- the words of its head's name, and the register's heads of cards. `home` is the address as a digest: it is compared.
select i.*, head_name is not null as is_head,
    case when household_ref is not null and person_role is null then f.words end as head,
    case when head_name is not null or (household_ref is not null and person_role is null)
        then nullif(hash(nullif(trim(regexp_replace(plain(address), '[^A-Z0-9]+', ' ', 'g')), '')), hash(null))
    end as home
from household_input i left join folded_head f on f.name = i.head_name
