-- Grain: submission_id. What companions reported of families, and what became of it: whether a new family is in the
-- social registry, and whether a change is on the programme's list; and what the bank paid after it. Rejected forms are
-- left out.
{{ config(tags=['progress']) }}
with {{ moment_of_the_last_form() }},

reported as (
    select
        submission_id, 'BARU' as change, companion_id, cast(null as varchar) as participant_no, head_name,
        visited_on, visited_on as changed_on, cast(null as varchar) as reason, cast(null as varchar) as dead_nik,
        cast(null as varchar) as new_village_code, village_code, member_count, submitted_at, review_state
    from {{ ref('stg_dinsos__keluarga_baru') }}
    union all by name
    select
        submission_id, change, companion_id, participant_no, visited_on, changed_on, reason, dead_nik, new_village_code,
        submitted_at, review_state
    from {{ ref('stg_dinsos__perubahan_status') }}
),

-- The programme's list now: the record in force, else the last one.
listed as (
    select distinct on (participant_no)
        participant_no, village_code, regency_code, household_id,
        is_current and status = 'active' as in_force,
        case when not (is_current and status = 'active') then coalesce(end_date, valid_to, valid_from) end as left_on
    from {{ ref('fct_enrolment') }}
    where programme = 'JAMSOSRATU'
    order by participant_no, is_current desc, valid_from desc
),

receiver as (
    select participant_no, nik, valid_from from {{ ref('stg_dinsos__jamsosratu') }}
),

paid as (
    select
        reported.submission_id,
        count(*) as payments,
        sum(payment.amount_received) as amount,
        max(payment.paid_on) as last_paid_on
    from reported
    join {{ ref('fct_disbursement') }} payment
        on payment.programme = 'JAMSOSRATU' and payment.participant_no = reported.participant_no
        and payment.paid_on > reported.changed_on and payment.status = 'BERHASIL'
    where reported.change in ('LULUS', 'KELUAR', 'MENINGGAL')
    group by reported.submission_id
),

-- A death ends the membership of who lived alone; else another member becomes the receiver.
settled as (
    select
        reported.*,
        listed.regency_code as listed_regency,
        coalesce(reported.village_code, listed.village_code) as its_village,
        coalesce(proposed.household_id, listed.household_id) as household_id,
        proposed.dtks_id,
        proposed.niks_listed,
        case
            when reported.change = 'BARU' then proposed.listed_on
            when not listed.in_force then listed.left_on
            when reported.change = 'PINDAH' and listed.village_code = reported.new_village_code then receiver.valid_from
            when reported.change = 'MENINGGAL' and receiver.nik <> reported.dead_nik then receiver.valid_from
        end as settled_on
    from reported
    left join {{ ref('int_proposed_family') }} proposed
        on reported.change = 'BARU' and proposed.submission_id = reported.submission_id
    left join listed on listed.participant_no = reported.participant_no
    left join receiver on receiver.participant_no = reported.participant_no
    where reported.review_state is distinct from 'REJECTED'
)

select
    settled.submission_id,
    settled.change,
    settled.companion_id,
    settled.participant_no,
    settled.head_name,
    settled.member_count,
    settled.reason,
    coalesce(left(settled.its_village, 4), settled.listed_regency, '{{ var("province") }}') as regency_code,
    left(settled.its_village, 6) as district_code,
    settled.its_village as village_code,
    village.region_name as village_name,
    settled.visited_on,
    settled.changed_on,
    settled.submitted_at,
    settled.review_state,
    case
        when settled.settled_on is null then 'waiting'
        when settled.change = 'BARU' and settled.settled_on <= settled.visited_on then 'already'
        else 'done'
    end as outcome,
    settled.settled_on,
    (moment.day - {{ local_day('settled.submitted_at') }})::integer as days_since,
    settled.household_id,
    settled.dtks_id,
    settled.niks_listed,
    coalesce(paid.payments, 0)::integer as payments_after,
    coalesce(paid.amount, 0)::bigint as amount_after,
    paid.last_paid_on
from settled
cross join moment
left join paid using (submission_id)
left join {{ ref('dim_region') }} village on village.region_code = settled.its_village
