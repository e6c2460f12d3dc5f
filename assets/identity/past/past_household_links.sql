select p.source, p.record_key, p.valid_from, coalesce(h.id, kh.id) as household_id, coalesce(f.id, kf.id) as family_id,
    coalesce(p.link_rule, if(kh.id is null, null, 'kept')) as link_rule, null::double as match_probability
from past_component p
left join household_id h on h.component = p.household left join family_id f on f.component = p.family
left join kept_household kh on kh.n = p.n left join kept_family kf on kf.n = p.n
