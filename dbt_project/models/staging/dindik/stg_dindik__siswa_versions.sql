-- Grain: one row per version of a student's entry in Dapodik (record_key, valid_from).
select
    {{ lineage() }},
    nisn as student_no,
    nik,
    nik_state,
    nama as name,
    {{ birth('tanggal_lahir') }},
    nama_ibu as mother_name,
    npsn as school_no,
    nama_sekolah as school_name,
    jenjang as school_level,
    cast(kelas as tinyint) as school_class,
    status,
    {{ yes('penerima_pip') }} as receives_pip,
    no_kip as kip_no,
    kode_kecamatan as district_code,
    left(kode_kecamatan, 4) as regency_code
from ({{ record_versions('dindik_siswa') }})
