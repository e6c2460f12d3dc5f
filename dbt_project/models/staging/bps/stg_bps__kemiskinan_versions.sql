-- Grain: one row per version of a region's indicators in a survey (record_key, valid_from).
select
    {{ lineage() }},
    kode_bps as region_code,
    wilayah as region_name,
    cast(tahun as smallint) as survey_year,
    case bulan when 'MARET' then 3 else 9 end::tinyint as survey_month,
    cast(jumlah_miskin as decimal(12, 3)) as poor_thousands,
    cast(persentase as decimal(6, 3)) as poor_percent,
    cast(garis_kemiskinan as bigint) as poverty_line,
    cast(p1 as decimal(9, 3)) as poverty_gap,
    cast(p2 as decimal(9, 3)) as poverty_severity
from ({{ record_versions('bps_kemiskinan') }})
