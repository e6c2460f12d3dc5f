select source, record_key, h.id as household_id, f.id as family_id, link_rule, null::double as match_probability
from placed join household_mention using (h) join household_id h on h.component = placed.household
join family_id f on f.component = placed.family
