-- Poor households in which nobody lives are counted among the poor, and listed: no more and no fewer.
{{ config(tags=['post_identity']) }}
select household_id
from (select household_id from {{ ref('dim_household') }} where persons = 0) counted
full join {{ ref('empty_households') }} listed using (household_id)
where counted.household_id is null or listed.household_id is null
