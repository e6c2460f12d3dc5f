-- Grain: id, change, subject. Changes of a person of the frame since the published load: in the frame although the
-- household was and is, in another household, died or moved away by the register.
with before as (
    select * from {{ source('inputs', 'yesterday_person') }}
    where person_id not in (select id from {{ ref('int_renamed') }} where entity = 'person')
),

now as (
    select person_id, household_id, life_status from {{ ref('dim_person') }}
    where
        person_id not in (select id from {{ ref('int_renamed') }} where entity = 'person')
        and exists (from {{ source('inputs', 'yesterday_load') }})
),

-- People follow a household whose id was merged.
compared as (
    select
        coalesce(now.person_id, before.person_id) as id,
        before.person_id is not null as was,
        now.person_id is not null as is_now,
        before.life_status as life_before,
        now.life_status as life_now,
        coalesce(renamed.other_id, before.household_id) as household_before,
        now.household_id as household_now
    from before
    full join now on now.person_id = before.person_id
    left join {{ ref('int_renamed') }} renamed
        on renamed.entity = 'household' and renamed.event = 'merged' and renamed.id = before.household_id
    where
        (before.person_id is null) or (now.person_id is null) or before.life_status is distinct from now.life_status
        or before.household_id is distinct from now.household_id
),

changed as (
    select id, case when is_now then 'entered' else 'left' end as change, 'frame' as subject,
        household_before as old_value, household_now as new_value
    from compared
    where
        was <> is_now
        and coalesce(household_before, household_now) in (
            select household_id from {{ source('inputs', 'yesterday_household') }}
        )
        and coalesce(household_before, household_now) in (select household_id from {{ ref('dim_household') }})
    union all
    select id, 'moved', 'household', household_before, household_now
    from compared
    where was and is_now and household_before is distinct from household_now
    union all
    select
        id, case life_now when 'MENINGGAL' then 'died' when 'PINDAH' then 'moved_away' else 'returned' end, 'register',
        life_before, life_now
    from compared
    where was and is_now and life_before is distinct from life_now
        and (life_now in ('MENINGGAL', 'PINDAH') or life_before in ('MENINGGAL', 'PINDAH'))
),

record as (
    select
        person_id,
        first(source order by is_register desc, valid_from desc, source, record_key) as source,
        first(delivery_id order by is_register desc, valid_from desc, source, record_key) as delivery_id
    from {{ ref('int_person_record') }}
    where person_id in (select id from changed)
    group by person_id
)

select
    'person' as entity,
    changed.id,
    changed.change,
    changed.subject,
    case
        when changed.change = 'left' then changed.old_value
        else coalesce(compared.household_now, changed.old_value)
    end
        as household_id,
    changed.id as person_id,
    cast(null as varchar) as programme,
    changed.old_value,
    changed.new_value,
    case changed.subject
        when 'register' then 'by the civil register'
        when 'household' then 'records place the person there'
        else case changed.change when 'entered'
            then 'a record of the household names the person' else 'no record names the person' end
    end as reason,
    record.source,
    record.delivery_id
from changed
join compared using (id)
left join record on record.person_id = changed.id
