-- Grain: subject. The same answers to all questions at family after family of one companion (same_answers); each family
-- counts once, with its last form. Families without children, or of one trade, answer alike for good reasons. So it
-- is asked only where several questions are answered differently at others' families, and only if so many equal forms
-- would be a rare chance even if this answer were some times as common here as at the families of others, in the
-- kabupaten/kota or the province, whichever has more of it.
{{ config(tags=['progress']) }}
with form as (
    select distinct on (companion_id, participant_no)
        companion_id, participant_no, submission_id, village_code, regency_code, visited_on, answers,
        md5(answers::varchar) as answer_key
    from {{ ref('int_form') }}
    where is_counted and is_recent
    order by companion_id, participant_no, visited_on desc, submission_id
),

alike as (
    select
        companion_id,
        answer_key,
        any_value(answers) as answers,
        count(*) as families,
        mode(village_code) as village_code,
        mode(regency_code) as regency_code,
        max(visited_on) as asked_about,
        string_agg(submission_id, ' ' order by visited_on, submission_id) as submission_ids
    from form
    group by companion_id, answer_key
    having count(*) >= {{ var('same_answers_families') }}
),

-- How many families of whom gave which answers: of each companion, in each kabupaten/kota and in the province.
counted as (
    select
        form.companion_id,
        place.code,
        form.answer_key,
        count(*) as families
    from (select *, unnest({{ region_levels() }}) as place from form) form
    group by all
),

other as (
    select
        alike.companion_id,
        alike.answer_key,
        counted.code,
        (coalesce(sum(counted.families) filter (counted.answer_key = alike.answer_key), 0) + 1)
        / (sum(counted.families) + 1) as share
    from alike
    join counted on counted.companion_id is distinct from alike.companion_id
        and counted.code in (alike.regency_code, '{{ var("province") }}')
    group by alike.companion_id, alike.answer_key, counted.code
),

-- Questions to which the others do not nearly all give one answer.
told as (
    select companion_id, unnest(range(1, len(answers) + 1)) as question, unnest(answers) as answer from form
),

answered as (
    select companion_id, question, answer, count(*) as families
    from told
    where answer is not null
    group by companion_id, question, answer
),

others_answer as (
    select alike.companion_id, alike.answer_key, answered.question, answered.answer, sum(answered.families) as families
    from alike
    join answered on answered.companion_id is distinct from alike.companion_id
    where alike.answers[answered.question] is not null
    group by all
),

varied as (
    select companion_id, answer_key, count(*) as questions
    from (
        select companion_id, answer_key, question
        from others_answer
        group by companion_id, answer_key, question
        having max(families) <= {{ var('same_answers_common') }} * sum(families)
    )
    group by companion_id, answer_key
),

-- Chernoff's bound of the chance of so many of a companion's families.
weighed as (
    select
        alike.*,
        round_of.families as of_families,
        alike.families / round_of.families as share,
        least({{ var('same_answers_times') }} * common.share, 1) as share_at_most
    from alike
    join varied using (companion_id, answer_key)
    join (select companion_id, count(*) as families from form group by companion_id) round_of using (companion_id)
    join (
        select companion_id, answer_key, max(share) as share from other group by companion_id, answer_key
    ) common using (companion_id, answer_key)
    where varied.questions >= {{ var('same_answers_questions') }}
)

select
    concat_ws('|', companion_id, answer_key) as subject,
    companion_id,
    village_code,
    regency_code,
    asked_about,
    submission_ids,
    families::integer as forms,
    of_families::integer as others
from weighed
where share > share_at_most
    and -of_families * (
        share * ln(share / share_at_most)
        + if(share < 1, (1 - share) * ln((1 - share) / (1 - share_at_most)), 0)
    ) < ln({{ var('same_answers_chance') }})
