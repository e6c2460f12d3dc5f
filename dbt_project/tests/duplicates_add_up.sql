-- The rows of duplicate_listings are the numerators of duplicate_summary: by list and programme, in the province and
-- over its kabupaten/kota; and never more than the listed rows.
{{ config(tags=['post_identity']) }}
with listed as (
    select kind, source_b as source, unnest([programme, null]) as programme, record_key_b
    from {{ ref('duplicate_listings') }}
),

counted as (
    select kind, source, programme, 'listed' as level, count(distinct record_key_b) as suspected
    from listed
    group by all
    union all
    select kind, source, programme, region_level, sum(suspected) from {{ ref('duplicate_summary') }} group by all
),

by_level as (
    select
        kind,
        source,
        programme,
        coalesce(sum(suspected) filter (level = 'listed'), 0) as listed,
        sum(suspected) filter (level = 'province') as province,
        sum(suspected) filter (level = 'regency') as regencies
    from counted
    group by all
)

select kind, source, programme from by_level where province is distinct from listed or regencies is distinct from listed
union all
select kind, source, programme from {{ ref('duplicate_summary') }} where suspected > listed
