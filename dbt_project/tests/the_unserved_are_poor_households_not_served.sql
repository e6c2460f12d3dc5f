-- Whoever is listed as unserved is among the poor households that coverage_by_region counts as not reached.
{{ config(tags=['post_identity']) }}
select programme
from (select programme, count(*) as listed from {{ ref('unserved') }} group by programme)
join {{ ref('coverage_by_region') }} using (programme)
where region_level = 'province' and listed > unserved_poor_households
