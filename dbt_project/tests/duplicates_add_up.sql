-- The rows of duplicate_listings are the numerators of duplicate_summary: by list and programme, in the province and over its
-- kabupaten/kota; and there are never more of them than rows.
{{ config(tags=['post_identity']) }}
with listed as (
    select kind, source_b as source, unnest([programme, null]) as programme, record_key_b from {{ ref('duplicate_listings') }}
),

given as (select kind, source, programme, count(distinct record_key_b) as suspected from listed group by all),

summed as (
    select
        kind,
        source,
        programme,
        sum(suspected) filter (region_level = 'province') as province,
        sum(suspected) filter (region_level = 'regency') as regencies,
        bool_or(suspected > listed) as impossible
    from {{ ref('duplicate_summary') }}
    group by all
)

select kind, source, programme, summed.province, summed.regencies, given.suspected
from summed
full join given
    on given.kind = summed.kind and given.source = summed.source and given.programme is not distinct from summed.programme
where
    summed.impossible
    or summed.province is distinct from coalesce(given.suspected, 0)
    or summed.regencies is distinct from coalesce(given.suspected, 0)
