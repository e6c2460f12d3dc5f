-- In every region and programme, `unserved` has as many rows as coverage_by_region counts in need and not served, and
-- no more units are served, or in need, than the region has poor units.
{{ config(tags=['post_identity']) }}
with placed as (
    select
        programme,
        unit_id,
        unnest({{ region_levels('regency_code', 'district_code') }}) as region
    from {{ ref('unserved') }}
),

listed as (
    select region.level as region_level, region.code as region_code, programme, count(distinct unit_id) as listed
    from placed
    where region.code is not null
    group by all
)

select region_level, region_code, programme, listed, in_need, served_in_need
from {{ ref('coverage_by_region') }}
full join listed using (region_level, region_code, programme)
where
    coalesce(listed, 0) is distinct from in_need - served_in_need
    or in_need > poor_units
    or served_in_need > served_poor_units
    or served_poor_units > poor_units
    or served_units > units
