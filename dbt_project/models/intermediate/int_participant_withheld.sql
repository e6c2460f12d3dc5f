-- Grain: programme, participant_no. Numbers that a payment or a visit names and of which a delivery of the programme's
-- list had a row that was quarantined. Whether a row was ever accepted is not asked here.
{{ config(tags=['progress']) }}
with wanted as (
    select programme, participant_no from {{ ref('stg_dinsos__penyaluran') }}
    union
    select 'JAMSOSRATU', participant_no from {{ ref('stg_dinsos__kunjungan') }}
),

list as (
    select distinct programme, source from {{ ref('programme_mention') }}
)

select distinct wanted.programme, wanted.participant_no
from {{ source('inputs', 'quarantined_keys') }} withheld
join list on list.source = split_part(withheld.filename, '/', -3)
join wanted on wanted.programme = list.programme and replace(wanted.participant_no, '|', '\|') = withheld.record_key
