-- Grain: programme, participant_no. Whom a payment or a visit reaches: the programme's record of that number, in force or else the
-- newest, with the household and the receiver it is linked to (null for records that are no longer in force).
with wanted as (
    select programme, participant_no from {{ ref('stg_dinsos__penyaluran') }}
    union
    select 'JAMSOSRATU', participant_no from {{ ref('stg_dinsos__kunjungan') }}
)

select
    listed.programme,
    listed.participant_no,
    record.household_id,
    record.family_id,
    record.person_id,
    listed.regency_code,
    listed.companion_id,
    listed.is_current as is_listed
from {{ source('mentions', 'programme_mention') }} listed
join wanted using (programme, participant_no)
left join {{ ref('int_household_record') }} record on record.source = listed.source and record.record_key = listed.record_key
qualify row_number() over (
    partition by listed.programme, listed.participant_no
    order by listed.is_current desc, listed.valid_from desc, listed.source, listed.record_key
) = 1
