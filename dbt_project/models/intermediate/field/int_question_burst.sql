-- Grain: subject. Forms of several families that a companion began and finished within minutes (many_in_minutes), by
-- the phone's clock: when they were sent tells nothing, since a phone sends the forms of days at once. A form that was
-- begun long before the others was only kept as a draft.
{{ config(tags=['progress']) }}
with form as (
    select submission_id, companion_id, participant_no, village_code, regency_code, visited_on, started_at, finished_at
    from {{ ref('int_form') }}
    where is_recent and finished_at is not null
),

pair as (
    select first_one.submission_id as from_id, other.*
    from form first_one
    join form other
        on other.companion_id = first_one.companion_id
        and other.finished_at between first_one.finished_at
            and first_one.finished_at + interval {{ var('burst_minutes') }} minute
    where abs(date_diff('second', first_one.started_at, other.started_at)) <= 60 * {{ var('burst_minutes') }}
        or first_one.started_at is null or other.started_at is null
),

crowded as (
    select from_id from pair group by from_id having count(distinct participant_no) >= {{ var('burst_families') }}
),

member as (
    select distinct pair.* exclude (from_id) from pair semi join crowded using (from_id)
),

-- A burst ends where the next form of one is farther off than a burst is long.
begun as (
    select
        *,
        coalesce(
            finished_at > lag(finished_at) over in_order + interval {{ var('burst_minutes') }} minute, true
        )::integer as begins
    from member
    window in_order as (partition by companion_id order by finished_at, submission_id)
),

numbered as (
    select *, sum(begins) over (partition by companion_id order by finished_at, submission_id) as nth from begun
)

select
    concat_ws('|', companion_id, min(finished_at)) as subject,
    companion_id,
    mode(village_code) as village_code,
    mode(regency_code) as regency_code,
    min(visited_on) as asked_about,
    string_agg(submission_id, ' ' order by finished_at, submission_id) as submission_ids,
    count(*)::integer as forms,
    count(distinct participant_no)::integer as others,
    date_diff('minute', min(finished_at), max(finished_at))::integer as minutes
from numbered
group by companion_id, nth
