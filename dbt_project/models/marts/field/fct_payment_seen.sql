-- Grain: submission_id. What families say they received, against the bank's report of the same period. Rejected forms
-- are left out; of several forms of one family and period, the last is counted.
{{ config(tags=['progress']) }}
with seen as (
    select
        *,
        row_number() over (
            partition by participant_no, period order by visited_on desc, submitted_at desc, submission_id
        ) as nth
    from {{ ref('stg_dinsos__bayar_dilihat') }}
    where review_state is distinct from 'REJECTED'
),

bank as (
    select
        participant_no,
        period,
        count(*) filter (status = 'BERHASIL') as payments,
        sum(amount_received)::bigint as amount,
        max(paid_on) as paid_on
    from {{ ref('fct_disbursement') }}
    where programme = 'JAMSOSRATU'
    group by participant_no, period
),

listed as (
    select participant_no, village_code, regency_code, household_id
    from {{ ref('fct_enrolment') }}
    where programme = 'JAMSOSRATU' and is_current
)

select
    seen.submission_id,
    seen.companion_id,
    seen.participant_no,
    listed.household_id,
    coalesce(listed.regency_code, '{{ var("province") }}') as regency_code,
    left(listed.village_code, 6) as district_code,
    listed.village_code,
    seen.visited_on,
    seen.submitted_at,
    seen.nth = 1 as is_counted,
    seen.period,
    seen.amount_seen,
    seen.amount_cut,
    seen.received_on,
    seen.received_by,
    bank.amount as amount_reported,
    bank.paid_on as reported_paid_on,
    seen.amount_seen - bank.amount as difference,
    case
        when bank.participant_no is null then 'not_reported'
        when bank.payments = 0 then if(seen.amount_seen > 0, 'returned_but_seen', 'agrees')
        when seen.amount_seen = bank.amount then 'agrees'
        when seen.amount_seen + coalesce(seen.amount_cut, 0) = bank.amount then 'cut'
        else 'differs'
    end as comparison
from seen
left join bank using (participant_no, period)
left join listed on listed.participant_no = seen.participant_no
