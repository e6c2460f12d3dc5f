-- Grain: one row per version of a payment in the bank's report (record_key, valid_from).
select
    {{ lineage() }},
    no_transaksi as transaction_no,
    program as programme,
    no_peserta as participant_no,
    periode as period,
    cast(split_part(periode, '-T', 1) as smallint) as period_year,
    cast(split_part(periode, '-T', 2) as tinyint) as period_stage,
    cast(jumlah as bigint) as amount,
    {{ day_of('tanggal_salur') }} as paid_on,
    status
from ({{ record_versions('dinsos_penyaluran') }})
