-- Grain: household_id, programme. The status of a household of the frame in each programme that names it: active if an
-- award serves one of its families or people, else the status of its newest record; inactive if that record's receiver
-- died or moved away.
select
    household_id,
    programme,
    first(
        case when status = 'active' and not serves then 'inactive' else status end
        order by serves desc, valid_from desc, source, record_key
    ) as status,
    count(*) filter (serves) as active_records,
    count(*) filter (status = 'active' and not serves) as records_of_the_gone,
    min(valid_from) as known_since,
    min(coalesce(start_year, year(start_date))) filter (serves) as start_year
from {{ ref('int_award') }}
group by household_id, programme
