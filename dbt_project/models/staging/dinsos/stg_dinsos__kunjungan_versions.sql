-- Grain: one row per version of a form that a companion sent (record_key, valid_from).
select
    {{ lineage() }},
    __id as submission_id,
    cast("__system/submissiondate" as timestamp) as submitted_at,
    "__system/reviewstate" as review_state,
    id_pendamping as companion_id,
    no_peserta as participant_no,
    {{ day_of('tanggal_kunjungan') }} as visited_on,
    cast(split_part(lokasi, ' ', 1) as double) as longitude,
    cast(split_part(lokasi, ' ', 2) as double) as latitude,
    cast(pendapatan_bulanan as bigint) as monthly_income,
    cast(anak_usia_sekolah as smallint) as children_of_school_age,
    cast(anak_bersekolah as smallint) as children_in_school,
    {{ yes('ke_posyandu') }} as goes_to_posyandu,
    {{ yes('punya_usaha') }} as has_business,
    kondisi_rumah as house_condition,
    catatan as note
from ({{ record_versions('dinsos_kunjungan') }})
