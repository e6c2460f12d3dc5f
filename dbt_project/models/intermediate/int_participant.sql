-- Grain: programme, participant_no, since. Whom a payment or a visit of a day reaches: the household and the receiver
-- that the version of the programme's record in force on that day is linked to. The first version stands for the days
-- before, for lists begin with the first delivery; the last one for the days after it has left the list.
with wanted as (
    select programme, participant_no from {{ ref('stg_dinsos__penyaluran') }}
    union
    select 'JAMSOSRATU', participant_no from {{ ref('stg_dinsos__kunjungan') }}
)

select
    programme,
    participant_no,
    case when row_number() over in_turn = 1 then date '0001-01-01' else listed.valid_from end as since,
    coalesce(lead(listed.valid_from) over in_turn, date '9999-12-31') as until,
    listed.household_id,
    listed.family_id,
    listed.person_id,
    listed.regency_code,
    listed.companion_id,
    bool_or(listed.is_current) over (partition by programme, participant_no) as is_listed
from {{ ref('fct_enrolment') }} listed
join wanted using (programme, participant_no)
window in_turn as (
    partition by programme, participant_no
    order by listed.valid_from, listed.is_current, listed.source, listed.record_key
)
-- Of two records under one number the one in force counts, as from the day on which both are there.
qualify since < until
