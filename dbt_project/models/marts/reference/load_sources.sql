-- Grain: source. As of when each source speaks.
select source, agency, kind, last_delivery_id, last_delivery_date, expected_every_days
from {{ source('inputs', 'sources') }}
