-- Grain: household_id, programme. Only programmes that name the household.
select active.household_id, active.programme, active.status, active.active_records::integer as active_records,
    active.records_of_the_gone::integer as records_of_the_gone, active.known_since,
    active.start_year::smallint as start_year
from {{ ref('int_household_active') }} active
join {{ ref('dim_household') }} using (household_id)
