-- Grain: programme, participant_no. Start and end of membership, in programmes that pay or visit: begun_on by the
-- programme, else since the list is known. left_on is null for those in force, and if the day is not known: the
-- participant had left when the list first came. It is the stated end, else the date of the delivery that first stated
-- it or left the participant out.
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
        -- Records that left the list, or ended by the agency's status between two deliveries.
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
