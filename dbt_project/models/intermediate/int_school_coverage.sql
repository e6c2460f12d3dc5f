-- Grain: regency_code. Share of the frame's children of school age that is in Dapodik, per kabupaten/kota: a reference,
-- because a child that is not found may be out of school, in a madrasah (not in Dapodik), or not linked.
select
    household.regency_code,
    count(*) as school_age,
    count(*) filter (need.is_pupil) as in_dapodik,
    round(count(*) filter (need.is_pupil) / count(*), 4) as dapodik_share
from {{ ref('int_person_need') }} need
join {{ ref('dim_household') }} household using (household_id)
where need.is_school_age
group by household.regency_code
