-- Grain: one row per version of a change of a family that a companion reported (record_key, valid_from).
{{ config(tags=['progress']) }}
select
    {{ lineage() }},
    __id as submission_id,
    cast("__system/submissiondate" as timestamp) as submitted_at,
    "__system/reviewstate" as review_state,
    cast("__system/updatedat" as timestamp) as updated_at,
    cast("__system/edits" as integer) as edits,
    cast(mulai as timestamp) as started_at,
    cast(selesai as timestamp) as finished_at,
    id_pendamping as companion_id,
    no_peserta as participant_no,
    {{ day_of('tanggal_kunjungan') }} as visited_on,
    jenis_perubahan as change,
    {{ day_of('tanggal_perubahan') }} as changed_on,
    alasan as reason,
    nik_meninggal as dead_nik,
    kode_desa_tujuan as new_village_code,
    catatan as note
from ({{ record_versions('dinsos_perubahan_status') }})
