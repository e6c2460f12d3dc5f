-- Grain: enterprise_no. Enterprises whose owners live in households of the frame, and their aid.
select
    enterprise.enterprise_no,
    record.person_id as owner_person_id,
    record.household_id,
    record.family_id,
    enterprise.enterprise_name,
    enterprise.sector,
    enterprise.yearly_turnover,
    enterprise.aid,
    enterprise.aid_year,
    award.status as aid_status,
    enterprise.village_code,
    enterprise.regency_code,
    enterprise.valid_from,
    enterprise.known_from,
    enterprise.carried_forward_since,
    enterprise.delivery_id,
    enterprise.file_name,
    enterprise.row_number
from {{ ref('stg_diskop__umkm') }} enterprise
join {{ ref('int_household_record') }} record
    on record.source = 'diskop_umkm' and record.record_key = enterprise.record_key
join {{ ref('int_frame') }} using (household_id)
left join {{ ref('int_award') }} award on award.source = record.source and award.record_key = record.record_key
