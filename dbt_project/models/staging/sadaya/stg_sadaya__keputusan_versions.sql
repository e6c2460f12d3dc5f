-- Grain: one row per version of a clerk's decision on a pair of records (record_key, valid_from).
select
    {{ lineage() }},
    id_pasangan as pair_id,
    lower(sumber_a) as source_a,
    kunci_a as record_key_a,
    lower(peran_a) as role_a,
    lower(sumber_b) as source_b,
    kunci_b as record_key_b,
    lower(peran_b) as role_b,
    keputusan as decision,
    coalesce({{ day_of('tanggal_keputusan') }}, valid_from) as decided_on,
    petugas as clerk,
    catatan as note
from ({{ record_versions('sadaya_keputusan') }})
