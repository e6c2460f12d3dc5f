-- Grain: subject. Forms whose times contradict each other (clock_wrong), with the first cause that applies. A phone out
-- of signal sends late, so that only an interval in which a family is to be visited again is too late.
{{ config(tags=['progress']) }}
with judged as (
    select
        *,
        case
            when visited_on > submitted_on then 'visited_after_sent'
            when finished_at > submitted_at + interval {{ var('clock_ahead_minutes') }} minute then 'ahead'
            when started_at > finished_at then 'finished_before_begun'
            when visited_on > finished_on then 'visited_after_finished'
            when submitted_on - coalesce(finished_on, visited_on) > {{ var('clock_behind_days') }} then 'behind'
        end as cause
    from {{ ref('int_form') }}
    where is_recent
)

select
    submission_id as subject,
    cause,
    submission_id,
    companion_id,
    participant_no,
    village_code,
    regency_code,
    visited_on as asked_about,
    case cause
        when 'visited_after_sent' then visited_on - submitted_on
        when 'visited_after_finished' then visited_on - finished_on
        when 'behind' then submitted_on - coalesce(finished_on, visited_on)
    end::integer as days,
    case cause
        when 'ahead' then date_diff('minute', submitted_at, finished_at)
        when 'finished_before_begun' then date_diff('minute', finished_at, started_at)
    end::integer as minutes
from judged
where cause is not null
