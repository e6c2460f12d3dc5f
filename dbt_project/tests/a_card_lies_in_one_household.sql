-- Ruling 19: a family card belongs to one household only.
{{ config(tags=['post_identity']) }}
select no_kk
from {{ ref('dim_family') }}
where no_kk is not null
group by no_kk
having count(distinct household_id) > 1
