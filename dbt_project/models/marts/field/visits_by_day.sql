-- Grain: visited_on. How many forms companions handed in of each day's visits, in the year before the load: their work,
-- not families.
select
    visit.day as visited_on,
    count(*)::integer as forms,
    count(*) filter (visit.review_state = 'REJECTED')::integer as forms_rejected,
    count(distinct visit.companion_id)::integer as companions
from (select *, {{ day_of_visit('visited_on', 'submitted_at') }} as day from {{ ref('fct_visit') }}) visit
cross join {{ source('inputs', 'load') }} load
where visit.day > load.as_of_date - interval 1 year
group by visit.day
