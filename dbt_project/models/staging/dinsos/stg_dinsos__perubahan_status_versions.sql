-- Grain: one row per version of a change of a family that a companion reported (record_key, valid_from).
{{ config(tags=['progress']) }}
select
    {{ lineage() }},
    {{ submission() }},
    no_peserta as participant_no,
    {{ day_of('tanggal_kunjungan') }} as visited_on,
    jenis_perubahan as change,
    {{ day_of('tanggal_perubahan') }} as changed_on,
    alasan as reason,
    nik_meninggal as dead_nik,
    kode_desa_tujuan as new_village_code,
    catatan as note
from ({{ record_versions('dinsos_perubahan_status') }})
