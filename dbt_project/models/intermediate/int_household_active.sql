-- Grain: household_id, programme. The standing of a household of the frame in each programme that names it: active if any of its
-- families is, else as its newest record says.
select
    record.household_id,
    programme.programme,
    first(
        programme.status
        order by (programme.status = 'active') desc, programme.valid_from desc, programme.source, programme.record_key
    ) as status,
    count(*) filter (programme.status = 'active') as active_records,
    min(programme.valid_from) as known_since
from {{ source('mentions', 'programme_mention') }} programme
join {{ ref('int_household_record') }} record using (source, record_key)
where programme.is_current
group by record.household_id, programme.programme
