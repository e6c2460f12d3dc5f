-- Grain: one row per version of a household's entry in DTKS (record_key, valid_from).
select
    {{ lineage() }},
    id_dtks as dtks_id,
    no_kk,
    nama_krt as head_name,
    alamat as address,
    rt,
    rw,
    {{ village('kode_desa') }},
    cast(desil as tinyint) as decile,
    cast(jumlah_anggota as smallint) as member_count,
    jenis_lantai as floor,
    jenis_dinding as walls,
    sumber_air as water,
    daya_listrik as electricity,
    status_rumah as tenure,
    {{ day_of('tanggal_pendataan') }} as surveyed_on
from ({{ record_versions('dinsos_dtks_rumah_tangga') }})
