-- Grain: subject. Forms filled in far from the village of the family (place_far): farther from the middle of its visits
-- than nearly all of them, even if the phone's accuracy is believed.
{{ config(tags=['progress']) }}
with placed as (
    select
        form.*,
        {{ metres_between('form.longitude', 'form.latitude', 'place.longitude', 'place.latitude') }} as distance_m,
        place.reach_m
    from {{ ref('int_form') }} form
    left join {{ ref('int_visit_place') }} village on village.level = 'village' and village.code = form.village_code
    join {{ ref('int_visit_place') }} place
        on place.level = if(village.code is null, 'district', 'village')
        and place.code = if(village.code is null, form.district_code, form.village_code)
    where form.is_recent and form.longitude is not null and form.latitude is not null
)

select
    submission_id as subject,
    submission_id,
    companion_id,
    participant_no,
    village_code,
    regency_code,
    visited_on as asked_about,
    round(distance_m)::bigint as distance_m,
    round(accuracy_m)::bigint as accuracy_m
from placed
where distance_m - accuracy_m > reach_m
