-- Grain: row_id. People who died or moved away by the civil register, and for whom PBI-JKN still pays.
with card as (
    select person_id, count(*) as cards, string_agg(distinct segment, ', ' order by segment) as segments
    from {{ ref('fct_health_cover') }}
    where is_subsidised and status = 'AKTIF'
    group by person_id
),

found as (
    select
        person.household_id,
        card.person_id,
        card.person_id as subject,
        'PBI_JKN' as programme,
        case gone.life_status when 'MENINGGAL' then 'died' else 'moved_away' end as reason,
        case gone.life_status
            when 'MENINGGAL' then 'Meninggal menurut Disdukcapil, kartu PBI masih aktif'
            else 'Pindah menurut Disdukcapil, kartu PBI masih aktif'
        end as reason_text,
        concat_ws(
            '; ',
            coalesce('sejak ' || {{ day_text('gone.gone_on') }}, 'diketahui ' || {{ day_text('gone.reported_on') }}),
            card.segments,
            case when card.cards > 1 then card.cards || ' kartu' end
        ) as evidence,
        gone.life_status = 'MENINGGAL' as is_pressing,
        coalesce(gone.gone_on, gone.reported_on) as waiting_since
    from card
    join {{ ref('int_person_gone') }} gone using (person_id)
    join {{ ref('dim_person') }} person using (person_id)
)
{{ worklist('dinkes_pbi_of_gone') }}
