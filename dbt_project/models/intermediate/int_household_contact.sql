-- Grain: household_id. Contact data of a household of the frame: head, address, and the names of its places. All work
-- lists join it, so that they show the same.
select
    household.household_id,
    household.head_name,
    household.address,
    household.rt,
    household.rw,
    household.village_code,
    village.region_name as village_name,
    household.district_code,
    district.region_name as district_name,
    household.regency_code,
    regency.region_name as regency_name
from {{ ref('dim_household') }} household
left join {{ ref('dim_region') }} village on village.region_code = household.village_code
left join {{ ref('dim_region') }} district on district.region_code = household.district_code
left join {{ ref('dim_region') }} regency on regency.region_code = household.regency_code
