-- Grain: house_no. Houses of the survey of unfit houses, their residents, and the aid.
select
    house.house_no,
    record.person_id,
    record.household_id,
    record.family_id,
    house.roof_is_fit,
    house.floor_is_fit,
    house.walls_are_fit,
    house.roof_is_fit and house.floor_is_fit and house.walls_are_fit as is_fit,
    house.aid_status,
    house.aid_year,
    house.village_code,
    house.district_code,
    house.regency_code,
    house.valid_from,
    house.known_from,
    house.carried_forward_since,
    house.delivery_id,
    house.file_name,
    house.row_number
from {{ ref('stg_dprkp__rtlh') }} house
join {{ ref('int_household_record') }} record on record.source = 'dprkp_rtlh' and record.record_key = house.record_key
