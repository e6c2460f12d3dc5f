-- Grain: one row per version of a resident's entry in the civil register (record_key, valid_from).
select
    {{ lineage() }},
    nik,
    nik_state,
    no_kk,
    nama_lengkap as name,
    jenis_kelamin as sex,
    tempat_lahir as birth_place,
    {{ birth('tanggal_lahir') }},
    status_hubungan as relation,
    status_kawin as marital_status,
    pendidikan as education,
    pekerjaan as occupation,
    alamat as address,
    rt,
    rw,
    {{ village('kode_desa') }},
    status_penduduk as life_status,
    {{ day_of('tanggal_status') }} as life_status_date
from ({{ record_versions('dukcapil_penduduk') }})
