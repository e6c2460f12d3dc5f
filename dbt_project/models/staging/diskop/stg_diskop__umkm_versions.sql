-- Grain: one row per version of an enterprise's entry (record_key, valid_from).
select
    {{ lineage() }},
    id_umkm as enterprise_no,
    nib as business_no,
    nik_pemilik as nik,
    nik_pemilik_state as nik_state,
    nama_pemilik as name,
    nama_usaha as enterprise_name,
    sektor as sector,
    cast(omzet_tahunan as bigint) as yearly_turnover,
    bantuan as aid,
    cast(tahun_bantuan as smallint) as aid_year,
    {{ village('kode_desa') }}
from ({{ record_versions('diskop_umkm') }})
