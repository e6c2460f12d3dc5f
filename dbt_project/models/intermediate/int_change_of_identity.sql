-- Grain: id, change. Households and persons of the frame whose id was merged (listed by the id that ended) or split
-- (listed by the new id) since the published load.
with changed as (
    select
        entity,
        id,
        event as change,
        other_id,
        case event when 'merged' then other_id else id end as now_id
    from {{ ref('int_renamed') }}
),

known as (
    select 'household' as entity, household_id as id from {{ source('inputs', 'yesterday_household') }}
    union all
    select 'person', person_id from {{ source('inputs', 'yesterday_person') }}
),

-- People of the register whom no list names are left out.
counted as (
    select changed.* from changed semi join known on known.entity = changed.entity and known.id = changed.id
    where changed.change = 'merged'
    union all
    select changed.* from changed semi join known on known.entity = changed.entity and known.id = changed.other_id
    where changed.change = 'split'
)

select
    counted.entity,
    counted.id,
    counted.change,
    'identity' as subject,
    case counted.entity when 'household' then counted.now_id else person.household_id end as household_id,
    case counted.entity when 'person' then counted.now_id end as person_id,
    cast(null as varchar) as programme,
    case counted.change when 'merged' then counted.id else counted.other_id end as old_value,
    counted.now_id as new_value,
    case counted.change
        when 'merged' then 'the records of both are of one'
        else 'the records of one are of two'
    end as reason,
    cast(null as varchar) as source,
    cast(null as varchar) as delivery_id
from counted
left join {{ ref('dim_person') }} person on counted.entity = 'person' and person.person_id = counted.now_id
