-- Grain: question_id. What a supervisor should ask about the companions' forms, one line each: the evidence, and what
-- to ask. None is a finding: most have an answer that settles them.
{{ config(tags=['progress']) }}
with found as (
    select * from {{ ref('int_question_twice') }}
    union all by name select 'clock_wrong' as kind, * from {{ ref('int_question_clock') }}
    union all by name select 'place_far' as kind, * from {{ ref('int_question_place') }}
    union all by name select 'many_in_minutes' as kind, * from {{ ref('int_question_burst') }}
    union all by name select 'same_answers' as kind, * from {{ ref('int_question_answers') }}
    union all by name select * from {{ ref('int_question_list') }}
    union all by name
    select
        'edited_after_review' as kind, submission_id as subject, submission_id, companion_id, participant_no,
        village_code, regency_code, visited_on as asked_about, edits_since_approval as others
    from {{ ref('int_form') }}
    where is_recent and is_edited_since_approval
),

-- A form with a number that is on no list is asked where its companion works.
home as (
    select companion_id, mode(regency_code) as regency_code, mode(district_code) as district_code
    from {{ ref('family_due') }}
    where companion_id is not null
    group by companion_id
),

placed as (
    select
        found.*,
        coalesce(found.regency_code, home.regency_code, '{{ var("province") }}') as its_regency,
        coalesce(left(found.village_code, 6), home.district_code) as its_district
    from found
    left join home using (companion_id)
)

select
    upper(left(md5(concat_ws(chr(31), found.kind, found.subject)), 16)) as question_id,
    found.kind,
    found.cause,
    found.submission_id,
    coalesce(found.submission_ids, found.submission_id) as submission_ids,
    coalesce(found.forms, if(found.submission_id is null, 0, 1))::integer as forms,
    found.participant_no,
    family.household_id,
    found.companion_id,
    found.other_companion_ids,
    found.its_regency as regency_code,
    found.its_district as district_code,
    found.village_code,
    village.region_name as village_name,
    found.asked_about,
    found.distance_m,
    found.accuracy_m,
    found.minutes,
    found.days,
    found.others::integer as others,
    {{ question_asked('found', 'id') }} as ask_id,
    {{ question_asked('found', 'en') }} as ask_en
from placed found
left join {{ ref('family_due') }} family on family.participant_no = found.participant_no
left join {{ ref('dim_region') }} village on village.region_code = found.village_code
