{#-
Compares a snapshot's current records with its newest deliveries, independently of record_versions: for every unit, the records accepted
in the newest delivery that covers it are in force; and every record in force that is not carried forward is in the newest delivery of
a unit.
-#}
{% test newest_snapshot(model, source_name) %}
with delivery as (
    select delivery_id, delivery_order from {{ source('inputs', 'deliveries') }} where source = '{{ source_name }}'
),

newest as (
    select c.regency_code as coverage_regency, arg_max(c.delivery_id, d.delivery_order) as delivery_id
    from {{ source('inputs', 'coverage') }} c
    join delivery d using (delivery_id)
    group by c.regency_code
),

-- The last statement of each record: one that moved to another unit and left that is in none.
last_word as (
    select
        a.record_key,
        arg_max(a.delivery_id, d.delivery_order) as delivery_id,
        arg_max(a.coverage_regency, d.delivery_order) as coverage_regency
    from {{ source('accepted', source_name) }} a
    join delivery d using (delivery_id)
    group by a.record_key
),

expected as (
    select record_key, delivery_id from last_word semi join newest using (delivery_id, coverage_regency)
)

select coalesce(expected.record_key, actual.record_key) as record_key
from expected
full join {{ model }} actual using (record_key)
where
    actual.record_key is null
    or (actual.carried_forward_since is null and expected.delivery_id is distinct from actual.delivery_id)
{% endtest %}
