{#-
Every accepted key of a delta's deliveries is in force in staging, unless it was deleted at the source, and no key that was
never accepted.
-#}
{% test newest_delta(model, source_name) %}
select coalesce(accepted.record_key, staging.record_key) as record_key
from {{ source('accepted', source_name) }} accepted
full join {{ model }} staging using (record_key)
where
    accepted.record_key is null
    or (
        staging.record_key is null
        and accepted.record_key not in (select record_key from {{ deletions(source_name) }} where record_key is not null)
    )
{% endtest %}
