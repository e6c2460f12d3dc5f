-- No household of worklist_dinsos_unlisted_poor has a record in DTKS or in a list of Dinas Sosial, and another agency
-- names each of them.
{{ config(tags=['post_identity']) }}
with on_a_list as (
    select record.household_id
    from {{ ref('household_records') }} record
    join {{ ref('load_sources') }} list using (source)
    where list.agency = 'Dinas Sosial'
)

select household_id from {{ ref('worklist_dinsos_unlisted_poor') }} semi join on_a_list using (household_id)
union all
select household_id from {{ ref('worklist_dinsos_unlisted_poor') }} where coalesce(evidence, '') = ''
