-- A person is a register record with every record linked to it, or else records that are linked with each other. A
-- clerk's decision takes precedence; a record that is not linked is a person known from this record only.
select n, coalesce(head, n) as component, if(head <> n, 'clerk', 'register') as link_rule, null::double as probability
from mention left join bundle using (n) where is_register
union all
select l.n, coalesce(head, target), link_rule, probability from link l left join bundle on bundle.n = l.target
union all
select n, component, link_rule, probability from rest_component
union all
select n, n, 'alone', null from mention
where not is_register and n not in (select n from link) and n not in (select n from rest_component)
