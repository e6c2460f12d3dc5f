-- Grain: law, subject. Numbers that must be equal in two marts.
with by_regency as (
    select region_code, programme, households, in_need, served_in_need
    from {{ ref('coverage_by_region') }}
    where region_level = 'regency'
),

in_need as (
    select programme, sum(in_need) - sum(served_in_need) as unserved from by_regency group by programme
),

listed as (
    select programme, count(distinct unit_id) as units from {{ ref('unserved') }} group by programme
),

overlapping as (
    select programme_a || '+' || programme_b as programmes, sum(households) as households
    from {{ ref('programme_overlap') }}
    where region_level = 'regency'
    group by programmes
),

named as (
    select programme_a || '+' || programme_b as programmes, count(distinct household_id) as households
    from {{ ref('programme_overlap_households') }}
    group by programmes
),

status as (
    select count(*) as households, count(distinct household_id) as different from {{ ref('household_status') }}
),

laws as (
    select
        'households_have_one_status' as law,
        'household_status' as subject,
        (select count(*) from {{ ref('dim_household') }}) as left_value,
        different as right_value
    from status
    union all
    select 'household_status_grain', 'household_status', households, different from status
    union all
    select
        'households_sum_of_regions',
        'coverage_by_region',
        households,
        (
            select coalesce(sum(region.households), 0)
            from (select max(households) as households from by_regency group by region_code) region
        )
    from status
    union all
    select 'unserved_are_in_need_and_not_served', programme, in_need.unserved, coalesce(listed.units, 0)
    from in_need
    full join listed using (programme)
    union all
    select 'overlaps_are_named', programmes, coalesce(overlapping.households, 0), coalesce(named.households, 0)
    from overlapping
    full join named using (programmes)
    union all
    select 'members_without_record', 'dim_person', 0, count(*)
    from {{ ref('dim_person') }} anti join {{ ref('person_records') }} using (person_id)
    union all
    select 'members_without_record', 'dim_household', 0, count(*)
    from {{ ref('dim_household') }} anti join {{ ref('household_records') }} using (household_id)
)

select law, subject, left_value::bigint as left_value, right_value::bigint as right_value
from laws
