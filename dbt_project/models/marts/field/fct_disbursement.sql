-- Grain: transaction_no. Payments as the bank reports them, with the participant's household. Money counts if it was
-- received: a returned payment stays positive, and its status shows the return (ruling 15).
select
    payment.transaction_no,
    payment.programme,
    payment.participant_no,
    {{ participant_state('participant', 'withheld') }} as participant_state,
    participant.participant_no is not null or withheld.participant_no is not null as is_known_participant,
    participant.household_id,
    participant.family_id,
    participant.person_id,
    participant.regency_code,
    payment.period,
    payment.period_year,
    payment.period_stage,
    payment.amount,
    case when payment.status = 'BERHASIL' then payment.amount else 0 end as amount_received,
    payment.paid_on,
    payment.status,
    (count(*) filter (payment.status = 'BERHASIL') over (
        partition by payment.programme, payment.participant_no, payment.period
    ))::integer as times_received_in_period,
    case
        when participant.person_id is null then null
        when (gone.life_status is distinct from 'MENINGGAL') then false
        -- If the day of death is not stated, it is only known to be before the register's entry.
        when gone.gone_on is null then case when payment.paid_on > gone.reported_on then true end
        else payment.paid_on > gone.gone_on
    end as paid_after_death,
    case when participation.in_force then false else payment.paid_on > participation.left_on end as paid_after_exit,
    payment.valid_from,
    payment.known_from,
    payment.delivery_id,
    payment.file_name,
    payment.row_number
from {{ ref('stg_dinsos__penyaluran') }} payment
left join {{ ref('int_participant') }} participant
    on participant.programme = payment.programme and participant.participant_no = payment.participant_no
    and participant.since <= payment.paid_on and participant.until > payment.paid_on
left join {{ ref('int_participation') }} participation
    on participation.programme = payment.programme and participation.participant_no = payment.participant_no
left join {{ ref('int_participant_withheld') }} withheld
    on withheld.programme = payment.programme and withheld.participant_no = payment.participant_no
left join {{ ref('int_person_gone') }} gone on gone.person_id = participant.person_id
