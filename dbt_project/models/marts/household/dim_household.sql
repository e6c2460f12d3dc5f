-- Grain: household_id. Households of the frame. Survivorship: each value from the social registry's household record
-- (if listed twice, the newest), else from the register's head, else from the newest record that has it; the place from
-- int_household_place.
with ordered as (
    select
        r.*,
        row_number() over (
            partition by household_id
            order by (household_ref is not null and person_role is null) desc, (head_name is not null) desc,
                valid_from desc, statement.stated_on desc nulls last, source, record_key
        ) as place
    from {{ ref('int_household_record') }} r
    join {{ ref('int_frame') }} using (household_id)
    left join {{ ref('int_place_statement') }} statement using (source, record_key)
),

-- People who died or moved away keep their place in dim_person, but are not counted.
persons as (
    select household_id, count(*) filter (lives_here) as persons, max({{ dated() }}) as since
    from {{ ref('int_person_household') }}
    group by household_id
),

-- Ended records that might have given a value.
ended as (
    select past.household_id, max({{ dated('past.valid_to', 'delivery.load_id') }}) as since
    from {{ ref('int_past_record') }} past
    join {{ source('inputs', 'deliveries') }} delivery
        on delivery.source = past.source and delivery.delivery_date = past.valid_to
    group by past.household_id
),

home as (
    select * exclude (valid_from, known_from), {{ dated() }} as since from {{ ref('int_household_place') }}
),

families as (
    select household_id, count(*) as families from {{ source('identity', 'family_links') }} group by household_id
)

select
    household_id,
    arg_min(household_ref, place) as dtks_id,
    arg_min(head_name, place) as head_name,
    any_value(home.address) as address,
    any_value(home.rt) as rt,
    any_value(home.rw) as rw,
    any_value(home.village_code) as village_code,
    any_value(home.district_code) as district_code,
    any_value(home.regency_code) as regency_code,
    arg_min(decile, place) as decile,
    coalesce(arg_min(decile, place) <= {{ var('poor_decile_max') }}, false) as is_poor,
    coalesce(any_value(persons.persons), 0)::integer as persons,
    coalesce(any_value(persons.persons), 0) > 0 as has_living_member,
    coalesce(any_value(families.families), 0)::integer as families,
    arg_min(member_count, place) as stated_members,
    bool_or(household_ref is not null) as in_dtks,
    any_value(in_frame_since) as in_frame_since,
    min(carried_forward_since) as carried_forward_since,
    count(*)::integer as records,
    {{ since([
        'household_ref is not null', 'head_name is not null', 'decile is not null', 'member_count is not null'
    ], ['any_value(persons.since)', 'any_value(ended.since)', 'any_value(home.since)']) }}
from ordered
left join persons using (household_id)
left join families using (household_id)
left join home using (household_id)
left join ended using (household_id)
left join {{ ref('int_frame') }} using (household_id)
group by household_id
