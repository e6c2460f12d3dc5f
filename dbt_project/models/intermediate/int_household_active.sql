-- Grain: household_id, programme. The standing of a household of the frame in each programme that names it: active if any of its
-- families is.
select
    record.household_id,
    programme.programme,
    case when bool_or(programme.status = 'active') then 'active' else arg_max(programme.status, programme.valid_from) end
        as status,
    count(*) filter (programme.status = 'active') as active_records,
    min(programme.valid_from) as known_since
from {{ source('mentions', 'programme_mention') }} programme
join {{ ref('int_household_record') }} record using (source, record_key)
where programme.is_current
group by record.household_id, programme.programme
