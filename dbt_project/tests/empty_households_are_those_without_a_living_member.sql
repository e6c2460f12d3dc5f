-- Poor households without a living member are counted among the poor, and exactly these are listed.
{{ config(tags=['post_identity']) }}
select household_id
from (select household_id from {{ ref('dim_household') }} where persons = 0) counted
full join {{ ref('empty_households') }} listed using (household_id)
where counted.household_id is null or listed.household_id is null
