-- Grain: source. Freshness of each source.
select source, agency, kind, last_delivery_id, last_delivery_date, expected_every_days
from {{ source('inputs', 'sources') }}
