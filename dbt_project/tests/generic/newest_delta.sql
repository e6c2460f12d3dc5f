{#-
Every accepted key of a delta's deliveries is in force in staging, and no key that was never accepted.
-#}
{% test newest_delta(model, source_name) %}
select coalesce(accepted.record_key, staging.record_key) as record_key
from {{ source('accepted', source_name) }} accepted
full join {{ model }} staging using (record_key)
where accepted.record_key is null or staging.record_key is null
{% endtest %}
