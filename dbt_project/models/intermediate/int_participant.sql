-- Grain: programme, participant_no, since. The household and receiver of a payment or a visit on a day: those linked to
-- the version of the programme's record in force on that day. The first version also applies to earlier days, because
-- lists begin with the first delivery; the last one also to the days after it left the list. All participants of a
-- programme that pays or visits, also those not visited yet: visits of the day are read between two loads.
with wanted as (
    select programme from {{ ref('stg_dinsos__penyaluran') }}
    union
    select 'JAMSOSRATU'
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
    listed.village_code,
    listed.companion_id,
    bool_or(listed.is_current) over (partition by programme, participant_no) as is_listed
from {{ ref('fct_enrolment') }} listed
semi join wanted using (programme)
where listed.participant_no is not null
window in_turn as (
    partition by programme, participant_no
    order by listed.valid_from, listed.is_current, listed.source, listed.record_key
)
-- If two records have the same number, the one in force counts, from the day on which both exist.
qualify since < until
