-- Grain: one row per version of a family that a companion proposed (record_key, valid_from).
{{ config(tags=['progress']) }}
select
    {{ lineage() }},
    {{ submission() }},
    {{ day_of('tanggal_kunjungan') }} as visited_on,
    no_kk,
    nama_kepala as head_name,
    alamat as address,
    rt,
    rw,
    {{ village('kode_desa') }},
    cast(split_part(lokasi, ' ', 1) as double) as longitude,
    cast(split_part(lokasi, ' ', 2) as double) as latitude,
    cast(jumlah_anggota as smallint) as member_count,
    cast(pendapatan_bulanan as bigint) as monthly_income,
    catatan as note
from ({{ record_versions('dinsos_keluarga_baru') }})
