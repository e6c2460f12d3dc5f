-- Households of the kabupaten/kota, and those without a place below the province, add up to the province's.
{{ config(tags=['post_identity']) }}
select programme
from {{ ref('coverage_by_region') }}
group by programme
having
    sum(households) filter (region_level = 'regency')
        is distinct from sum(households) filter (region_level = 'province')
    or sum(poor_households) filter (region_level = 'regency')
        is distinct from sum(poor_households) filter (region_level = 'province')
