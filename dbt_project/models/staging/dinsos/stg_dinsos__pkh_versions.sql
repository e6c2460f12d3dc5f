-- Grain: one row per version of a family's entry in PKH (record_key, valid_from).
select
    {{ lineage() }},
    id_pkh as participant_no,
    nik,
    nik_state,
    no_kk,
    nama_pengurus as name,
    {{ birth('tanggal_lahir') }},
    {{ village('kode_desa') }},
    komponen as components,
    cast(tahun as smallint) as stage_year,
    cast(tahap as tinyint) as stage_number,
    status_kepesertaan as status,
    {{ day_of('tanggal_mulai') }} as start_date
from ({{ record_versions('dinsos_pkh') }})
