-- Grain: regency_code. How much of the frame's school age Dapodik covers in a kabupaten/kota: without it nobody can
-- tell whether a child that is not found goes to no school, to a madrasah (which Dapodik does not hold), or was not
-- linked.
select
    household.regency_code,
    count(*) as school_age,
    count(*) filter (need.is_pupil) as in_dapodik,
    round(count(*) filter (need.is_pupil) / count(*), 4) as dapodik_share
from {{ ref('int_person_need') }} need
join {{ ref('dim_household') }} household using (household_id)
where need.is_school_age
group by household.regency_code
