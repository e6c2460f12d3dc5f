-- Grain: one row per version of a job seeker's entry (record_key, valid_from).
select
    {{ lineage() }},
    id as seeker_no,
    nik,
    nik_state,
    nama as name,
    {{ birth('tanggal_lahir') }},
    pendidikan as education,
    status,
    {{ day_of('tanggal_daftar') }} as registered_on,
    {{ village('kode_desa') }}
from ({{ record_versions('disnaker_pencaker') }})
