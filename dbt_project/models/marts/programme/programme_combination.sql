-- Grain: combination. Poor households of the province by exactly which programmes are active in them: each is in one
-- row. programme_overlap counts pairs, whatever else there is.
with combined as (
    select
        household.household_id,
        coalesce(string_agg(status.programme, '+' order by status.programme), '-') as combination
    from {{ ref('dim_household') }} household
    left join {{ ref('household_status_long') }} status
        on status.household_id = household.household_id and status.status = 'active'
    where household.is_poor
    group by household.household_id
)

select 'province' as region_level, '{{ var("province") }}' as region_code, combination,
    count(*)::integer as poor_households
from combined
group by combination
