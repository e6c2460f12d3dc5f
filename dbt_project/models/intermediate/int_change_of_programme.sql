-- Grain: id, change, subject. Changes of a household in a programme since the published load: named by it, no longer
-- named, or another status. The newest record of its enrolments gives the reason.
with before as (
    select * from {{ source('inputs', 'yesterday_status') }}
    where household_id not in (select id from {{ ref('int_renamed') }} where entity = 'household')
),

now as (
    select household_id, programme, status from {{ ref('household_status_long') }}
    where
        household_id not in (select id from {{ ref('int_renamed') }} where entity = 'household')
        and exists (from {{ source('inputs', 'yesterday_load') }})
),

changed as (
    select
        coalesce(now.household_id, before.household_id) as id,
        coalesce(now.programme, before.programme) as subject,
        case
            when before.household_id is null then 'entered'
            when now.household_id is null then 'left'
            else 'status'
        end as change,
        before.status as old_value,
        now.status as new_value
    from before
    full join now on now.household_id = before.household_id and now.programme = before.programme
    where before.status is distinct from now.status
),

enrolment as (
    select
        household_id,
        programme,
        first(person_id order by is_current desc, valid_from desc, source, record_key) as person_id,
        first(status_original order by is_current desc, valid_from desc, source, record_key) as status_original,
        first(end_reason order by is_current desc, valid_from desc, source, record_key) as end_reason,
        first(source order by is_current desc, valid_from desc, source, record_key) as source,
        first(delivery_id order by is_current desc, valid_from desc, source, record_key) as delivery_id
    from {{ ref('fct_enrolment') }}
    where household_id in (select id from changed)
    group by household_id, programme
)

select
    'household' as entity,
    changed.id,
    changed.change,
    changed.subject,
    changed.id as household_id,
    enrolment.person_id,
    changed.subject as programme,
    changed.old_value,
    changed.new_value,
    case
        when changed.change = 'left' then 'no longer named'
        else concat_ws(': ', enrolment.status_original, enrolment.end_reason)
    end as reason,
    enrolment.source,
    enrolment.delivery_id
from changed
left join enrolment on enrolment.household_id = changed.id and enrolment.programme = changed.subject
