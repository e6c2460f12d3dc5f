-- Grain: programme, participant_no. Numbers of programmes that pay or visit, of which a delivery of the programme's
-- list had a row that was quarantined. Whether a row was ever accepted is not asked here.
with wanted as (
    select programme from {{ ref('stg_dinsos__penyaluran') }}
    union
    select 'JAMSOSRATU'
),

list as (
    select distinct programme, source from {{ ref('programme_mention') }}
)

select distinct list.programme, replace(withheld.record_key, '\|', '|') as participant_no
from {{ source('inputs', 'quarantined_keys') }} withheld
join list on list.source = split_part(withheld.filename, '/', -3)
semi join wanted on wanted.programme = list.programme
where withheld.record_key is not null
