-- Grain: law, subject. Every mention is linked once and is one record of the marts, and nothing else is linked.
with person_links as (
    select mention.source, mention.record_key, mention.role, count(link.source) as links
    from {{ ref('person_mention') }} mention
    left join {{ source('identity', 'person_links') }} link using (source, record_key, role)
    group by mention.source, mention.record_key, mention.role
),

household_links as (
    select mention.source, mention.record_key, count(link.source) as links
    from {{ ref('household_mention') }} mention
    left join {{ source('identity', 'household_links') }} link using (source, record_key)
    group by mention.source, mention.record_key
),

counted as (
    select 'person_mentions' as what, source, count(*) as records
    from {{ ref('person_mention') }}
    group by source
    union all
    select 'household_mentions', source, count(*) from {{ ref('household_mention') }} group by source
    union all
    select 'person_records', source, count(*) from {{ ref('person_records') }} group by source
    union all
    select 'household_records', source, count(*) from {{ ref('household_records') }} group by source
),

laws as (
    select
        'person_mentions_in_person_records' as law,
        source as subject,
        sum(records) filter (where what = 'person_mentions') as left_value,
        sum(records) filter (where what = 'person_records') as right_value
    from counted
    where what in ('person_mentions', 'person_records')
    group by source
    union all
    select
        'household_mentions_in_household_records',
        source,
        sum(records) filter (where what = 'household_mentions'),
        sum(records) filter (where what = 'household_records')
    from counted
    where what in ('household_mentions', 'household_records')
    group by source
    union all
    select 'person_mentions_linked_once', source, count(*), count(*) filter (where links = 1)
    from person_links
    group by source
    union all
    select 'household_mentions_linked_once', source, count(*), count(*) filter (where links = 1)
    from household_links
    group by source
    union all
    select 'links_of_no_mention', 'person_links', 0, count(*)
    from {{ source('identity', 'person_links') }} anti join person_links using (source, record_key, role)
    union all
    select 'links_of_no_mention', 'household_links', 0, count(*)
    from {{ source('identity', 'household_links') }} anti join household_links using (source, record_key)
)

select law, subject, left_value::bigint as left_value, right_value::bigint as right_value
from laws
