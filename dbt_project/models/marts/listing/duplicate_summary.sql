-- Grain: kind, source, programme, region_level, region_code. What an auditor asks of a list: of how many rows how many are suspected, by
-- which rule, in which file. `listed` is the denominator, `suspected` the rows of duplicate_listings (their record b); regions are
-- those that the list itself states. programme null: the list as a whole.
with counted as (
    select source, record_key, programme, unit || '_twice' as kind, regency_code from {{ ref('int_listing') }}
    union all
    select source, record_key, programme, 'card_in_two_households', regency_code from {{ ref('int_listing') }} where no_kk is not null
),

suspect as (
    select kind, source_b as source, programme, listed_regency_code as regency_code, record_key_b as record_key
    from {{ ref('duplicate_listings') }}
),

{% for name, relation in [('all_listed', 'counted'), ('all_suspected', 'suspect')] -%}
{{ name }}_levels as (
    select kind, source, record_key, regency_code, unnest([programme, null]) as programme from {{ relation }}
),

{{ name }}_regions as (
    select
        kind,
        source,
        record_key,
        programme,
        unnest([{'level': 'province', 'code': '36'}, {'level': 'regency', 'code': regency_code}]) as region
    from {{ name }}_levels
),

{{ name }} as (
    select kind, source, programme, region.level as region_level, region.code as region_code, count(distinct record_key) as found
    from {{ name }}_regions
    group by all
),

{% endfor -%}
heard as (
    select source.source, source.last_delivery_id as delivery_id, source.last_delivery_date as delivery_date, delivery.sha256
    from {{ source('inputs', 'sources') }} source
    left join {{ source('inputs', 'deliveries') }} delivery on delivery.delivery_id = source.last_delivery_id
)

select
    all_listed.kind,
    all_listed.source,
    all_listed.programme,
    all_listed.region_level,
    all_listed.region_code,
    region.region_name,
    all_listed.found::integer as listed,
    coalesce(all_suspected.found, 0)::integer as suspected,
    round(coalesce(all_suspected.found, 0) / all_listed.found, 4) as suspected_share,
    '{{ var("duplicate_rules_version") }}' as rule_version,
    load.code_version,
    heard.delivery_id,
    heard.delivery_date,
    heard.sha256
from all_listed
left join all_suspected
    on all_suspected.kind = all_listed.kind
    and all_suspected.source = all_listed.source
    and all_suspected.programme is not distinct from all_listed.programme
    and all_suspected.region_level = all_listed.region_level
    and all_suspected.region_code = all_listed.region_code
left join {{ ref('dim_region') }} region on region.region_code = all_listed.region_code
left join heard on heard.source = all_listed.source
cross join {{ source('inputs', 'load') }} load
