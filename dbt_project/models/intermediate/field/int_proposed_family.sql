-- Grain: submission_id. The household of the social registry that a proposed family is: the one with most of the
-- family's NIKs, if it has at least half of those stated; or that of its family card. One relative who is listed
-- elsewhere makes no match.
{{ config(tags=['progress']) }}
with stated as (
    select distinct submission_id, nik
    from {{ ref('stg_dinsos__keluarga_baru_anggota') }}
    where nik_state = 'valid'
),

roster as (
    select submission_id, count(*) as niks from stated group by submission_id
),

by_nik as (
    select stated.submission_id, listed.dtks_id, count(distinct stated.nik) as niks, min(listed.valid_from) as listed_on
    from {{ ref('stg_dinsos__dtks_anggota_versions') }} listed
    join stated on stated.nik = listed.nik
    group by stated.submission_id, listed.dtks_id
),

by_card as (
    select form.submission_id, listed.dtks_id, min(listed.valid_from) as listed_on
    from {{ ref('stg_dinsos__dtks_rumah_tangga_versions') }} listed
    join {{ ref('stg_dinsos__keluarga_baru') }} form on form.no_kk = listed.no_kk
    group by form.submission_id, listed.dtks_id
)

select distinct on (submission_id)
    submission_id,
    dtks_id,
    coalesce(by_nik.niks, 0)::integer as niks_listed,
    least(by_nik.listed_on, by_card.listed_on) as listed_on,
    record.household_id
from by_nik
full join by_card using (submission_id, dtks_id)
left join roster using (submission_id)
left join {{ ref('stg_dinsos__dtks_rumah_tangga') }} household using (dtks_id)
left join {{ ref('int_household_record') }} record
    on record.source = 'dinsos_dtks_rumah_tangga' and record.record_key = household.record_key
where 2 * by_nik.niks >= roster.niks or by_card.dtks_id is not null
order by submission_id, niks_listed desc, by_card.dtks_id is null, listed_on, dtks_id
