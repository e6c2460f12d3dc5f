-- Grain: one row per version of a measurement of a child (record_key, valid_from).
select
    {{ lineage() }},
    id_pengukuran as measurement_no,
    nik_anak as nik,
    nik_anak_state as nik_state,
    nama_anak as name,
    jenis_kelamin as sex,
    {{ birth('tgl_lahir') }},
    nama_ortu as parent_name,
    nik_ortu as parent_nik,
    nik_ortu_state as parent_nik_state,
    posyandu,
    {{ village('kode_desa') }},
    {{ day_of('tgl_ukur') }} as measured_on,
    cast(bb as decimal(9, 3)) as weight_kg,
    cast(tb as decimal(9, 3)) as height_cm,
    cast(zs_tb_u as decimal(9, 3)) as height_z_score,
    status_tb_u as height_status
from ({{ record_versions('dinkes_gizi') }})
