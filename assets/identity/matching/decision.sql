select a.n as a, b.n as b, given.decision = 'SAMA' as is_same
from newest_decision given
join mention a on (a.source, a.record_key, a.role) = (source_a, record_key_a, role_a)
join mention b on (b.source, b.record_key, b.role) = (source_b, record_key_b, role_b)
where a.n <> b.n
