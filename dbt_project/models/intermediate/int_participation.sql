-- Grain: programme, participant_no. From when to when a participant that was paid or visited was on its programme:
-- begun_on by the programme's word, else since the list is known. left_on is null for those in force, and where nobody
-- tells the day: one that had left when its list first came. It is the stated end, else the delivery that first said so
-- or left the participant out.
with version as (
    select
        enrolment.*,
        row_number() over newest_first as nth,
        max(enrolment.valid_from) filter (enrolment.status = 'active')
            over (partition by enrolment.programme, enrolment.participant_no) as last_active_from
    from {{ ref('int_enrolment') }} enrolment
    semi join {{ ref('int_participant') }} using (programme, participant_no)
    window newest_first as (
        partition by enrolment.programme, enrolment.participant_no
        order by enrolment.is_current desc, enrolment.valid_from desc, enrolment.source, enrolment.record_key
    )
),

participant as (
    select
        programme,
        participant_no,
        coalesce(min(start_date), make_date(min(start_year), 1, 1), min(valid_from)) as begun_on,
        arg_min(is_current and status = 'active', nth) as in_force,
        -- What left the list by itself, or by the agency's word on the way from one delivery to the next.
        coalesce(
            max(end_date) filter (nth = 1),
            max(valid_to) filter (nth = 1 and status = 'active'),
            min(valid_from) filter (valid_from > last_active_from and status <> 'active')
        ) as left_on
    from version
    group by programme, participant_no
)

select programme, participant_no, begun_on, in_force, case when not in_force then left_on end as left_on
from participant
