select source, record_key, role, id as person_id, link_rule,
    case when link_rule = 'register' then 1.0 else probability end as match_probability
from mention join person_component using (n) join person_id using (component)
