-- Grain: one row per version of a payment that a companion saw at a family (record_key, valid_from).
{{ config(tags=['progress']) }}
select
    {{ lineage() }},
    {{ submission() }},
    no_peserta as participant_no,
    {{ day_of('tanggal_kunjungan') }} as visited_on,
    periode as period,
    cast(jumlah_diterima as bigint) as amount_seen,
    {{ day_of('tanggal_terima') }} as received_on,
    cara_terima as received_by,
    {{ yes('dipotong') }} as is_cut,
    cast(jumlah_potongan as bigint) as amount_cut,
    catatan as note
from ({{ record_versions('dinsos_bayar_dilihat') }})
