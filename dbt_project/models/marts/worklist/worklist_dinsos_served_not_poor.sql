-- Grain: row_id. Households outside the poor deciles that a programme for the poor serves (inclusion error), one row
-- per programme. Households that no social list names are in worklist_dinsos_unlisted_poor, which asks whether to
-- survey them.
with found as (
    select
        household.household_id,
        cast(null as varchar) as person_id,
        household.household_id || ' ' || status.programme as subject,
        status.programme,
        case
            when household.decile is not null then 'decile_above'
            when household.in_dtks then 'not_ranked'
            else 'not_in_dtks'
        end as reason,
        'Menerima ' || programme.name || case
            when household.decile is not null then ', di luar desil miskin'
            when household.in_dtks then ', tanpa peringkat desil'
            else ', tidak ada di DTKS'
        end as reason_text,
        concat_ws('; ', 'desil ' || household.decile, 'dilayani sejak ' || status.start_year,
            status.active_records || ' penerima') as evidence,
        programme.agency = 'Dinas Sosial' as is_pressing,
        status.known_since as waiting_since
    from {{ ref('household_status_long') }} status
    join {{ ref('dim_household') }} household using (household_id)
    join {{ ref('ref_programme') }} programme on programme.code = status.programme
    anti join {{ ref('worklist_dinsos_unlisted_poor') }} unlisted on unlisted.household_id = household.household_id
    where status.status = 'active' and not household.is_poor and programme.for_the_poor
)
{{ worklist('dinsos_served_not_poor', urgent_decile='household.decile >= 8') }}
