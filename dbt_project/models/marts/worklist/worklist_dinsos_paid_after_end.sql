-- Grain: row_id. Payments received after the receiver's death or the participant's exit, one row each: paid_after_death
-- and paid_after_exit of fct_disbursement.
with found as (
    select
        payment.household_id,
        payment.person_id,
        payment.transaction_no as subject,
        payment.programme,
        payment.regency_code,
        case when payment.paid_after_death then 'after_death' else 'after_exit' end as reason,
        'Dibayar setelah '
            || case when payment.paid_after_death then 'penerima meninggal' else 'keluar dari program' end
            as reason_text,
        concat_ws(
            '; ',
            'nomor peserta ' || payment.participant_no,
            'periode ' || payment.period,
            'Rp ' || replace(format('{:,}', payment.amount_received), ',', '.'),
            'dibayar ' || {{ day_text('payment.paid_on') }}
        ) as evidence,
        count(*) over (partition by payment.programme, payment.participant_no) > 1 as is_pressing,
        payment.paid_on as waiting_since
    from {{ ref('fct_disbursement') }} payment
    where payment.status = 'BERHASIL' and (payment.paid_after_death or payment.paid_after_exit)
)
{{ worklist('dinsos_paid_after_end', regency='found.regency_code') }}
