-- Grain: one row per version of a family's entry in Jamsosratu (record_key, valid_from).
select
    {{ lineage() }},
    no_peserta as participant_no,
    nik,
    nik_state,
    no_kk,
    nama as name,
    {{ birth('tanggal_lahir') }},
    alamat as address,
    {{ village('kode_desa') }},
    cast(tahun_mulai as smallint) as start_year,
    status,
    {{ day_of('tanggal_keluar') }} as end_date,
    alasan_keluar as end_reason,
    id_pendamping as companion_id
from ({{ record_versions('dinsos_jamsosratu') }})
