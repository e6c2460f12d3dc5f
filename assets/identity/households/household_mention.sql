-- Joins by the digest of the key (`mentions.digests`), which is faster than joining by the key.
select h.h, h.k, h.d, h.source, h.record_key, h.person_role, nullif(h.no_kk, '') as no_kk, h.household_ref,
    h.village_code, h.is_head, h.head, h.home, h.valid_from, h.delivery_id, h.file_name, h.row_number, m.n,
    p.component as person, coalesce(m.is_register, false) as is_register
from household_headed h
left join mention m on m.k = hash(h.source, h.record_key, h.person_role)
    and not (m.source <> h.source or m.record_key <> h.record_key or m.role <> h.person_role)
left join person_component p using (n)
