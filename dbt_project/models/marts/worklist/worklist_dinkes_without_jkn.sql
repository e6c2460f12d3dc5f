-- Grain: row_id. Living people of poor households without an active card of any segment: the rows of `unserved` for
-- PBI-JKN.
with found as (
    select
        {{ unserved_columns() }},
        concat_ws(
            '; ',
            need.age || ' tahun',
            case when need.is_disabled then 'penyandang disabilitas' end,
            case when need.is_stunted then 'anak pendek (stunting)' end
        ) as evidence,
        need.is_toddler or need.is_elderly or need.is_disabled as is_pressing,
        waiting.waiting_since
    from {{ ref('unserved') }} unserved
    join {{ ref('int_unit_waiting') }} waiting using (programme, unit_id)
    join {{ ref('int_person_need') }} need on need.person_id = unserved.person_id
    where unserved.programme = 'PBI_JKN'
)
{{ worklist('dinkes_without_jkn') }}
