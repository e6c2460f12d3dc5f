-- Grain: row_id. Participants whose payment of a period was returned or failed, and was never received. Payments sent
-- after the end of a membership do not count.
with period as (
    select
        programme,
        participant_no,
        period,
        first(household_id order by paid_on desc, transaction_no) as household_id,
        first(person_id order by paid_on desc, transaction_no) as person_id,
        first(regency_code order by paid_on desc, transaction_no) as regency_code,
        bool_or(status = 'RETUR') as is_returned,
        max(amount) as amount,
        count(*) as attempts,
        min(paid_on) as first_tried_on
    from {{ ref('fct_disbursement') }}
    where times_received_in_period = 0 and not coalesce(paid_after_exit, false)
        and not coalesce(paid_after_death, false)
    group by programme, participant_no, period
),

found as (
    select
        household_id,
        person_id,
        concat_ws(' ', programme, participant_no, period) as subject,
        programme,
        regency_code,
        case when is_returned then 'returned' else 'failed' end as reason,
        case when is_returned then 'Dana dikembalikan bank (retur)' else 'Penyaluran gagal' end || ', belum diterima'
            as reason_text,
        concat_ws(
            '; ',
            'nomor peserta ' || participant_no,
            'periode ' || period,
            'Rp ' || replace(format('{:,}', amount), ',', '.'),
            attempts || ' kali dicoba'
        ) as evidence,
        count(*) over (partition by programme, participant_no) > 1 as is_pressing,
        first_tried_on as waiting_since
    from period
)
{{ worklist('dinsos_returned_payments', regency='found.regency_code') }}
