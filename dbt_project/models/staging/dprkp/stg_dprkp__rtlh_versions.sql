-- Grain: one row per version of a house's entry in the survey (record_key, valid_from).
select
    {{ lineage() }},
    id_rtlh as house_no,
    nik,
    nik_state,
    no_kk,
    nama as name,
    alamat as address,
    kode_desa as village_code,
    kode_kecamatan as district_code,
    left(kode_kecamatan, 4) as regency_code,
    atap = 'LAYAK' as roof_is_fit,
    lantai = 'LAYAK' as floor_is_fit,
    dinding = 'LAYAK' as walls_are_fit,
    status_bantuan as aid_status,
    cast(tahun as smallint) as aid_year
from ({{ record_versions('dprkp_rtlh') }})
