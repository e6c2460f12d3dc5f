-- Grain: row_id. Poor households in an unfit house without aid under way: the rows of `unserved` for RTLH.
with house as (
    select
        household_id,
        bool_or(not roof_is_fit) as roof,
        bool_or(not floor_is_fit) as floor,
        bool_or(not walls_are_fit) as walls
    from {{ ref('dim_house') }}
    where not is_fit and aid_status <> 'SELESAI'
    group by household_id
),

found as (
    select
        {{ unserved_columns(person="cast(null as varchar)") }},
        'tidak layak: ' || concat_ws(
            ', ', case when house.roof then 'atap' end, case when house.floor then 'lantai' end,
            case when house.walls then 'dinding' end
        ) as evidence,
        house.roof and house.floor and house.walls as is_pressing,
        waiting.waiting_since
    from {{ ref('unserved') }} unserved
    join {{ ref('int_unit_waiting') }} waiting using (programme, unit_id)
    join house on house.household_id = unserved.household_id
    where unserved.programme = 'RTLH'
)
{{ worklist('dprkp_unfit_houses') }}
