-- Grain: kind, source, programme, region_level, region_code. Suspected duplicates per list for auditors, by rule and
-- file. `listed` is the denominator, `suspected` the rows of duplicate_listings (record b); regions are those that the
-- list states. programme null: the whole list.
with listing as (
    select source, record_key, programme, regency_code, unit || '_twice' as kind from {{ ref('int_listing') }}
    union all
    select source, record_key, programme, regency_code, 'card_in_two_households' from {{ ref('int_listing') }}
        where no_kk is not null
),

suspect as (
    select source_b as source, record_key_b as record_key, programme, listed_regency_code as regency_code, kind
    from {{ ref('duplicate_listings') }}
),

-- Rows by programme, and each once for its list.
{% for counted in ['listing', 'suspect'] -%}
{{ counted }}_of_level as (
    select kind, source, programme, regency_code, count(*) as counted from {{ counted }}
        where programme is not null group by all
    union all
    select kind, source, null, regency_code, count(*)
    from (select distinct kind, source, record_key, regency_code from {{ counted }})
    group by all
),

{% endfor -%}
by_regency as (
    select listing.*, coalesce(suspect.counted, 0) as suspected
    from listing_of_level listing
    left join suspect_of_level suspect
        on suspect.kind = listing.kind
        and suspect.source = listing.source
        and suspect.programme is not distinct from listing.programme
        and suspect.regency_code = listing.regency_code
),

placed as (
    select
        kind,
        source,
        programme,
        unnest({{ region_levels() }}) as region,
        counted,
        suspected
    from by_regency
),

heard as (
    select source.source, source.last_delivery_id as delivery_id, source.last_delivery_date as delivery_date,
        delivery.sha256
    from {{ source('inputs', 'sources') }} source
    left join {{ source('inputs', 'deliveries') }} delivery on delivery.delivery_id = source.last_delivery_id
)

select
    placed.kind,
    placed.source,
    placed.programme,
    placed.region.level as region_level,
    placed.region.code as region_code,
    any_value(region.region_name) as region_name,
    sum(placed.counted)::integer as listed,
    sum(placed.suspected)::integer as suspected,
    round(sum(placed.suspected) / sum(placed.counted), 4) as suspected_share,
    '{{ var("duplicate_rules_version") }}' as rule_version,
    any_value(load.code_version) as code_version,
    any_value(heard.delivery_id) as delivery_id,
    any_value(heard.delivery_date) as delivery_date,
    any_value(heard.sha256) as sha256
from placed
left join {{ ref('dim_region') }} region on region.region_code = placed.region.code
left join heard on heard.source = placed.source
cross join {{ source('inputs', 'load') }} load
group by placed.kind, placed.source, placed.programme, placed.region
