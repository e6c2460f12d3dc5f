{#-
A snapshot's current records against its newest deliveries, without a word of record_versions: of every unit, what the newest delivery
that covers it accepted is in force; and what is in force without being carried stands in the newest delivery of some unit.
-#}
{% test newest_snapshot(model, source_name) %}
with newest as (
    select c.regency_code as coverage_regency, arg_max(c.delivery_id, d.delivery_order) as delivery_id, max(d.delivery_order) as delivery_order
    from {{ source('inputs', 'coverage') }} c
    join {{ source('inputs', 'deliveries') }} d using (delivery_id)
    where d.source = '{{ source_name }}'
    group by c.regency_code
),

-- A record that moved is named by the newest of two units: the later word is in force.
expected as (
    select a.record_key, arg_max(a.delivery_id, n.delivery_order) as delivery_id
    from {{ source('accepted', source_name) }} a
    join newest n using (delivery_id, coverage_regency)
    group by a.record_key
)

select coalesce(expected.record_key, actual.record_key) as record_key
from expected
full join {{ model }} actual using (record_key)
where
    actual.record_key is null
    or (actual.carried_forward_since is null and expected.delivery_id is distinct from actual.delivery_id)
{% endtest %}
