-- Grain: one row per version of an outcome of a row of a work list (record_key, valid_from).
select
    {{ lineage() }},
    id_baris as row_id,
    hasil as outcome,
    coalesce({{ day_of('tanggal_hasil') }}, valid_from) as outcome_on,
    petugas as officer,
    catatan as note
from ({{ record_versions('sadaya_tindak_lanjut') }})
