-- Grain: load_id, entity, id, change, subject. Changes of each load to households and persons that agencies act on,
-- compared with the load published before; for the last loads, so that a reader who skips a night misses nothing. Empty
-- on the first load.
with changed as (
    select * from {{ ref('int_change_of_household') }}
    union all by name
    select * from {{ ref('int_change_of_programme') }}
    union all by name
    select * from {{ ref('int_change_of_person') }}
    union all by name
    select * from {{ ref('int_change_of_identity') }}
),

-- One that has left is shown at its last place.
departed as (
    select
        before.household_id, before.head_name, before.address, before.rt, before.rw,
        before.village_code, village.region_name as village_name,
        before.district_code, district.region_name as district_name,
        before.regency_code, regency.region_name as regency_name
    from {{ source('inputs', 'yesterday_household') }} before
    anti join {{ ref('dim_household') }} using (household_id)
    left join {{ ref('dim_region') }} village on village.region_code = before.village_code
    left join {{ ref('dim_region') }} district on district.region_code = before.district_code
    left join {{ ref('dim_region') }} regency on regency.region_code = before.regency_code
),

contact as (
    select * from {{ ref('int_household_contact') }}
    union all by name
    select * from departed
),

tonight as (
    select
        load.load_id,
        load.as_of_date,
        yesterday.load_id as since_load_id,
        changed.*,
        contact.* exclude (household_id)
    from changed
    cross join {{ source('inputs', 'load') }} load
    cross join {{ source('inputs', 'yesterday_load') }} yesterday
    left join contact on contact.household_id = changed.household_id
),

earlier as (
    select before.*
    from {{ source('inputs', 'yesterday_change') }} before
    join {{ source('inputs', 'loads') }} ran using (load_id)
    qualify dense_rank() over (order by ran.load_seq desc) < {{ var('loads_of_changes') }}
)

select
    load_id, as_of_date, since_load_id, entity, id, change, subject, household_id, person_id, programme, old_value,
    new_value,
    reason, source, delivery_id, head_name, address, rt, rw, village_code, village_name, district_code, district_name,
    regency_code, regency_name
from (from tonight union all by name from earlier) every_change
