-- Grain: one row per version of a household member's entry in DTKS (record_key, valid_from).
select
    {{ lineage() }},
    id_dtks as dtks_id,
    cast(no_urut as smallint) as member_number,
    nik,
    nik_state,
    nama as name,
    jenis_kelamin as sex,
    {{ birth('tanggal_lahir') }},
    hubungan as relation,
    disabilitas as disability,
    status_sekolah as schooling,
    status_kerja as work,
    coverage_regency
from ({{ record_versions('dinsos_dtks_anggota') }})
