-- Grain: one row per version of a member's card (record_key, valid_from).
select
    {{ lineage() }},
    no_kartu as card_no,
    nik,
    nik_state,
    nama as name,
    {{ birth('tgl_lahir') }},
    segmen as segment,
    segmen in ('PBI APBN', 'PBI APBD') as is_subsidised,
    faskes as health_centre,
    status,
    {{ village('kode_desa') }}
from ({{ record_versions('dinkes_jkn') }})
