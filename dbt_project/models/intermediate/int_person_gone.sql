-- Grain: person_id. People who died or moved away by the civil register. gone_on is the day that it states; reported_on
-- the first day of the entry, the latest possible day. A person with another record of a living resident is not
-- included.
with departed as (
    select person_id, life_status, life_status_date, valid_from, known_from
    from {{ ref('int_person_record') }}
    where is_register and life_status in ('MENINGGAL', 'PINDAH')
),

resident as (
    select record.person_id
    from {{ ref('int_person_record') }} record
    semi join departed using (person_id)
    where record.is_register and record.life_status = 'AKTIF'
)

select
    person_id,
    arg_max(life_status, valid_from) as life_status,
    min(life_status_date) as gone_on,
    min(valid_from) as reported_on,
    arg_min(known_from, valid_from) as reported_by
from departed
anti join resident using (person_id)
group by person_id
