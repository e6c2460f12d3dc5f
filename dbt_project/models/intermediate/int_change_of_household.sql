-- Grain: id, change, subject. Changes of a household of the frame since the published load: in the frame, in the social
-- registry, its decile, its place, its members. If its id was merged or split since, only that is listed
-- (int_change_of_identity).
with before as (
    select * from {{ source('inputs', 'yesterday_household') }}
    where household_id not in (select id from {{ ref('int_renamed') }} where entity = 'household')
),

now as (
    select * from {{ ref('dim_household') }}
    where
        household_id not in (select id from {{ ref('int_renamed') }} where entity = 'household')
        and exists (from {{ source('inputs', 'yesterday_load') }})
),

compared as (
    select
        coalesce(now.household_id, before.household_id) as id,
        before.household_id is not null as was,
        now.household_id is not null as is_now,
        coalesce(before.in_dtks, false) as was_listed,
        coalesce(now.in_dtks, false) as is_listed,
        before.decile as decile_before,
        now.decile as decile_now,
        before.persons as persons_before,
        now.persons as persons_now,
        coalesce(before.village_code, before.district_code, before.regency_code) as place_before,
        coalesce(now.village_code, now.district_code, now.regency_code) as place_now
    from before
    full join now on now.household_id = before.household_id
),

differing as (
    select * from compared
    where
        was <> is_now or was_listed <> is_listed or decile_before is distinct from decile_now
        or persons_before is distinct from persons_now or place_before is distinct from place_now
),

changed as (
    select id, case when is_now then 'entered' else 'left' end as change, 'frame' as subject,
        cast(null as varchar) as old_value, cast(null as varchar) as new_value
    from differing
    where was <> is_now
    union all
    select id, case when is_listed then 'entered' else 'left' end, 'DTKS', decile_before::varchar, decile_now::varchar
    from differing
    where was_listed <> is_listed
    union all
    select id, 'decile', 'DTKS', decile_before::varchar, decile_now::varchar
    from differing
    where was_listed and is_listed and decile_before is distinct from decile_now
    union all
    select id, 'members', 'frame', persons_before::varchar, persons_now::varchar
    from differing
    where was and is_now and persons_before is distinct from persons_now
    union all
    select
        id, 'place', 'frame',
        concat_ws(' ', place_before, old.region_name), concat_ws(' ', place_now, new.region_name)
    from differing
    left join {{ ref('dim_region') }} old on old.region_code = place_before
    left join {{ ref('dim_region') }} new on new.region_code = place_now
    where was and is_now and place_before is distinct from place_now
),

-- The newest record that puts the household into the frame, and the newest with a decile; else the record that ended
-- last.
frame_record as (
    select household_id, first(source order by valid_from desc, source, record_key) as source,
        first(delivery_id order by valid_from desc, source, record_key) as delivery_id,
        first(source order by valid_from desc, source, record_key) filter (decile is not null) as list_source,
        first(delivery_id order by valid_from desc, source, record_key) filter (decile is not null) as list_delivery_id
    from {{ ref('int_household_record') }}
    where in_frame and household_id in (select id from changed)
    group by household_id
),

ended_record as (
    select household_id, first(source order by valid_to desc, source, record_key) as source,
        first(delivery_id order by valid_to desc, source, record_key) as delivery_id
    from {{ ref('int_past_record') }}
    where household_id in (select id from changed where change = 'left')
    group by household_id
)

select
    'household' as entity,
    changed.id,
    changed.change,
    changed.subject,
    changed.id as household_id,
    cast(null as varchar) as person_id,
    cast(null as varchar) as programme,
    changed.old_value,
    changed.new_value,
    case changed.change
        when 'entered' then 'named by a list'
        when 'left' then 'no longer named'
        when 'decile' then 'new decile'
        when 'place' then 'newer place'
        else 'persons counted here'
    end as reason,
    case
        when changed.change = 'left' then ended_record.source
        when changed.subject = 'DTKS' then frame_record.list_source
        when changed.change = 'entered' then frame_record.source
    end as source,
    case
        when changed.change = 'left' then ended_record.delivery_id
        when changed.subject = 'DTKS' then frame_record.list_delivery_id
        when changed.change = 'entered' then frame_record.delivery_id
    end as delivery_id
from changed
left join frame_record on frame_record.household_id = changed.id
left join ended_record on ended_record.household_id = changed.id
