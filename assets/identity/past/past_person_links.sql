select source, record_key, role, valid_from, id as person_id, link_rule, probability as match_probability
from past left join link_of_past using (n)
