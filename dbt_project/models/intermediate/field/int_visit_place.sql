-- Grain: level, code. Where the visits of a village are, since its borders are not known: their median point, and a
-- distance from it that nearly all of them keep. A village with few visits is judged by its kecamatan, whose points are
-- the medians of its villages, so that the village with most visits is not taken for the whole.
-- The third quartile, not the mean or the greatest: it stays where it is if a quarter of the forms were filled in
-- elsewhere, and a hamlet apart with a quarter of the families widens it. It is held between the usual one of the
-- neighbours and a few times that: few points scatter, and a place where most forms are from elsewhere would excuse
-- them.
{{ config(tags=['progress']) }}
with point as (
    select village_code, district_code, left(village_code, 4) as regency_code, longitude, latitude
    from {{ ref('int_form') }}
    where longitude is not null and latitude is not null and village_code is not null
),

village as (
    select
        village_code, district_code, regency_code,
        median(longitude) as longitude, median(latitude) as latitude, count(*) as visits
    from point
    group by village_code, district_code, regency_code
),

district as (
    select
        district_code, regency_code,
        median(longitude) as longitude, median(latitude) as latitude, sum(visits) as visits
    from village
    group by district_code, regency_code
),

spread as (
    select
        'village' as level, village_code as code, district_code as above, village.longitude, village.latitude,
        quantile_cont({{ metres_between('point.longitude', 'point.latitude', 'village.longitude',
            'village.latitude') }}, 0.75) as spread_m
    from point
    join village using (village_code, district_code)
    where village.visits >= {{ var('place_visits') }}
    group by all
    union all
    select
        'district', district_code, district.regency_code, district.longitude, district.latitude,
        quantile_cont({{ metres_between('village.longitude', 'village.latitude', 'district.longitude',
            'district.latitude') }}, 0.75)
    from village
    join district using (district_code)
    where district.visits >= {{ var('place_visits') }}
    group by all
),

usual as (
    select level, above, median(spread_m) as usual_m from spread group by level, above
)

select
    level,
    code,
    longitude,
    latitude,
    greatest(
        {{ var('place_metres') }},
        if(level = 'village', {{ var('place_times') }}, {{ var('place_times_of_district') }})
        * greatest(usual_m, least(spread_m, {{ var('place_wider') }} * usual_m))
    ) as reach_m
from spread
join usual using (level, above)
