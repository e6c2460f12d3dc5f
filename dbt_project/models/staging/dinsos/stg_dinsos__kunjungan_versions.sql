-- Grain: one row per version of a form that a companion sent (record_key, valid_from). An approval counts from any
-- delivery, also if a later one of the same day replaced it.
{{ config(tags=['progress']) }}
with approved as (
    select record_key as approved_key, max(coalesce(cast("__system/edits" as integer), 0)) as edits_when_approved
    from {{ source('accepted', 'dinsos_kunjungan') }}
    where "__system/reviewstate" = 'APPROVED'
    group by record_key
)

select
    {{ lineage() }},
    {{ submission() }},
    approved.edits_when_approved,
    no_peserta as participant_no,
    {{ day_of('tanggal_kunjungan') }} as visited_on,
    cast(split_part(lokasi, ' ', 1) as double) as longitude,
    cast(split_part(lokasi, ' ', 2) as double) as latitude,
    cast(akurasi_lokasi as double) as accuracy_m,
    cast(pendapatan_bulanan as bigint) as monthly_income,
    cast(anak_usia_sekolah as smallint) as children_of_school_age,
    cast(anak_bersekolah as smallint) as children_in_school,
    {{ yes('ke_posyandu') }} as goes_to_posyandu,
    {{ yes('punya_usaha') }} as has_business,
    kondisi_rumah as house_condition,
    catatan as note
from ({{ record_versions('dinsos_kunjungan') }})
left join approved on approved.approved_key = record_key
