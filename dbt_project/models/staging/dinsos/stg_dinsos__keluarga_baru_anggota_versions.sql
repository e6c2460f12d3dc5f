-- Grain: one row per version of a member of a proposed family (record_key, valid_from).
{{ config(tags=['progress']) }}
select
    {{ lineage() }},
    __id as member_id,
    "__submissions-id" as submission_id,
    nik,
    nik_state,
    nama as name,
    jenis_kelamin as sex,
    {{ day_of('tanggal_lahir') }} as birth_date,
    hubungan as relation
from ({{ record_versions('dinsos_keluarga_baru_anggota') }})
